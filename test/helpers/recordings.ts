import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { Observation } from '../../src/model/observation.ts';
import { observationOf, type Recording, RecordingSchema } from '../../src/model/recording.ts';
import { judge, type Verdict } from '../../src/model/verdict.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/screens');

/** Every labelled screen of `test/fixtures/screens`, as `[path below that folder, recording]`. */
export function readRecordings(): [string, Recording][] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => [path, RecordingSchema.parse(JSON.parse(readFileSync(join(FOLDER, path), 'utf8')))]);
}

export function judgeRecording(recording: Recording): Verdict {
  return judgeObservation(observe(recording), recording.agent);
}

/** The observation a recording was made from, at a fixed time where it has none. */
export function observe(recording: Recording): Observation {
  return observationOf(recording, Date.UTC(2026, 10, 22, 20));
}

export function judgeObservation(observation: Observation, agent: string): Verdict {
  const profile = BUILT_IN_PROFILES.find((one) => one.name === agent);
  if (profile === undefined) throw new Error(`no profile ${agent}`);
  return judge(observation, profile);
}
