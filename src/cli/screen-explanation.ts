import { readFileSync, statSync } from 'node:fs';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import { cleanLine } from '../base/text.ts';
import { localTimeZone } from '../base/time-zone.ts';
import { type Explanation, explain } from '../model/explanation.ts';
import type { Profile } from '../model/profile.ts';
import { observationOf, type Recording, RecordingSchema } from '../model/recording.ts';
import type { Context } from './context.ts';
import { layEvidence } from './evidence-text.ts';
import { loadConfigOf, profilesOf } from './live-agent.ts';

/** A screen of 500x200 with colours takes a tenth of this. */
const PATH_CHARS_MAX = 1_000;
const FILE_BYTES_MAX = 32 * 1024 * 1024;

/** Judges recordings one after the other. A broken one is told and passed over; then it ends with `SOME_FAILED`. */
export function explainScreens(context: Context, files: readonly string[]): void {
  const profiles = new Map(
    profilesOf(loadConfigOf(context))
      .toReversed()
      .map((one) => [one.name, one]),
  );
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    explainScreen(context, only, profiles);
    return;
  }
  const failures = files.filter((file) => !tryToExplain(context, file, profiles));
  if (failures.length === 0) return;
  throw new OrchestratorError(
    'SOME_FAILED',
    `${failures.length} of ${files.length} recordings could not be judged`,
  );
}

type Profiles = ReadonlyMap<string, Profile>;

/** Tells a failure at once, so that it stands beside its neighbours. */
function tryToExplain(context: Context, file: string, profiles: Profiles): boolean {
  try {
    explainScreen(context, file, profiles);
    return true;
  } catch (error) {
    if (!(error instanceof OrchestratorError)) throw error;
    context.output.fail(error, error.exitCode);
    return false;
  }
}

function explainScreen({ output }: Context, file: string, profiles: Profiles): void {
  const recording = readRecording(file);
  const profile = findProfile(file, recording, profiles);
  const observation = observationOf(recording, Date.now());
  if (Number.isNaN(observation.at))
    throw broken(file, 'recordedAt: is no instant, write it as 2026-11-22T20:00:00Z');
  const explanation = explain(observation, profile, recording.timeZone ?? localTimeZone());
  output.printEach(describe(file, recording, explanation), () => [
    `${cleanLine(file, PATH_CHARS_MAX)}: ${recording.agent} ${output.style('bold', explanation.state)}`,
    ...layEvidence(explanation, observation.at),
  ]);
}

function describe(
  file: string,
  { agent, state: label }: Recording,
  { process: _process, ...rest }: Explanation,
): object {
  const { state, evidence, reset, screen } = rest;
  const region = screen && { name: screen.region, top: screen.top, rows: screen.rows.length };
  return { file, agent, state, evidence, reset, label, region: region ?? null };
}

function readRecording(file: string): Recording {
  const result = checkShape(file, parseFile(file));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'the whole';
  throw broken(file, `${field}: ${issue?.message ?? 'is wrong'}`);
}

function checkShape(file: string, value: unknown) {
  try {
    return RecordingSchema.safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) throw broken(file, 'processes: nested too deeply', error);
    throw error;
  }
}

function parseFile(file: string): unknown {
  try {
    const bytes = statSync(file).size;
    if (bytes > FILE_BYTES_MAX) throw broken(file, `${bytes} bytes are too many for a recording`);
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof OrchestratorError) throw error;
    throw broken(
      file,
      error instanceof SyntaxError ? `is not JSON: ${cleanLine(error.message)}` : messageOf(error),
      error,
    );
  }
}

function findProfile(file: string, { agent }: Recording, profiles: ReadonlyMap<string, Profile>): Profile {
  const profile = profiles.get(agent);
  if (profile !== undefined) return profile;
  const names = [...profiles.keys()];
  const near = findNearMiss(agent, names);
  throw new OrchestratorError(
    'FAILED',
    `${cleanLine(file, PATH_CHARS_MAX)}: agent: no profile is called ${JSON.stringify(cleanLine(agent, 60))}`,
    {
      hint: near === undefined ? `profiles: ${names.join(', ')}` : `did you mean ${near}?`,
    },
  );
}

function broken(file: string, message: string, cause?: unknown): OrchestratorError {
  return new OrchestratorError('FAILED', `${cleanLine(file, PATH_CHARS_MAX)}: ${message}`, { cause });
}
