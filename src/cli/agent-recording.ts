import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { NATIVE_SOURCES } from '../agents/natives.ts';
import { OrchestratorError } from '../base/errors.ts';
import { localTimeZone } from '../base/time-zone.ts';
import { type Snapshot, takeSnapshot } from '../core/snapshot.ts';
import { openProcessTable } from '../host/process-table.ts';
import type { Agent } from '../model/agent.ts';
import { explain } from '../model/explanation.ts';
import { maskRecording } from '../model/mask.ts';
import type { ProcessNode } from '../model/observation.ts';
import type { Profile } from '../model/profile.ts';
import { observationOf, type Recording } from '../model/recording.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import type { Context } from './context.ts';
import { findLiveAgent } from './live-agent.ts';

interface RecordOptions {
  output?: string;
  situation: string;
  mask?: true;
  force?: true;
}

/** Saves an agent's screen with all its evidence, readable by its owner only. */
export async function recordAgent(context: Context, name: string, options: RecordOptions): Promise<void> {
  const { agent, tmux, profiles } = findLiveAgent(context, name);
  const source = { tmux, profiles, processes: openProcessTable(), natives: NATIVE_SOURCES, now: Date.now() };
  const snapshot = await takeSnapshot(agent, source);
  const open = describe(agent, snapshot, options.situation);
  const recording = options.mask ? mask(context, open, snapshot.profile) : open;
  const text = `${JSON.stringify(recording, null, 1)}\n`;
  if (options.output === '-') {
    context.output.raw(text);
    return;
  }
  const path = options.output ?? nameFile(agent, recording);
  save(path, text, options.force === true);
  context.output.print({ path, state: recording.state }, () => [path]);
}

function save(path: string, text: string, force: boolean): void {
  if (!force && existsSync(path)) {
    throw new OrchestratorError('REFUSED', `${path} is there already`, {
      hint: 'give another --output, or overwrite it with --force',
    });
  }
  writeFileAtomic(path, text);
}

function nameFile(agent: Agent, { state, size, recordedAt = '' }: Recording): string {
  return `${agent.name}-${state}-${size}-${recordedAt.replace(/[-:]|\.\d+/g, '')}.json`;
}

function describe(agent: Agent, { look, profile, observation }: Snapshot, situation: string): Recording {
  const { at, processes, native, agentAgeMs, title, command } = observation;
  const state = profile === undefined ? 'unknown' : explain(observation, profile, localTimeZone()).state;
  const { columns, rows, cursor, cursorVisible, alternate, dead, deadStatus, deadSignal } = look;
  return {
    agent: profile?.name ?? agent.profile,
    version: native?.version ?? agent.cliVersion ?? '',
    ...{ situation, state, size: `${columns}x${rows}`, title, command },
    ...{ cursor: [cursor[0], cursor[1]], cursorVisible, alternate, dead, deadStatus, deadSignal },
    processes: processes === undefined ? null : describeProcess(processes),
    native: native ?? null,
    ...(agentAgeMs === undefined ? {} : { agentAgeMs }),
    recordedAt: new Date(at).toISOString(),
    timeZone: localTimeZone(),
    text: look.text,
    ansi: look.ansi,
  };
}

function describeProcess(node: ProcessNode): NonNullable<Recording['processes']> {
  const { pid, stat, comm, argv, children } = node;
  return {
    ...(pid === undefined ? {} : { pid }),
    ...{ stat, comm, args: argv.join(' '), argv, children: children.map(describeProcess) },
  };
}

/** A mask could hide what the reading rests on, for example where the user is called as the CLI. */
function mask({ output, home }: Context, open: Recording, profile: Profile | undefined): Recording {
  const masked = maskRecording(open, { home, user: userInfo().username, host: hostname() });
  if (profile === undefined) return masked;
  const { state } = explain(observationOf(masked, Date.now()), profile, localTimeZone());
  if (state !== open.state)
    output.note(`the mask changes the reading: ${open.state} without it, ${state} with it`);
  return masked;
}
