import { NATIVE_SOURCES } from '../agents/natives.ts';
import { OrchestratorError } from '../base/errors.ts';
import { cleanLine, stripControls } from '../base/text.ts';
import { formatDuration } from '../base/time-text.ts';
import { localTimeZone } from '../base/time-zone.ts';
import { type Snapshot, takeSnapshot } from '../core/snapshot.ts';
import { openProcessTable } from '../host/process-table.ts';
import { type Explanation, explain } from '../model/explanation.ts';
import type { ProcessNode } from '../model/observation.ts';
import type { Profile } from '../model/profile.ts';
import type { Context } from './context.ts';
import { layEvidence } from './evidence-text.ts';
import { findLiveAgent } from './live-agent.ts';
import { explainScreens } from './screen-explanation.ts';

/** Explains one agent as it is now, or recorded screens. */
export async function explainAgent(
  context: Context,
  name: string | undefined,
  files: readonly string[] | undefined,
): Promise<void> {
  if (name !== undefined && files !== undefined) throw unclear('both a name and --screen are given');
  if (files !== undefined) explainScreens(context, files);
  else if (name !== undefined) await explainLive(context, name);
  else throw unclear('nothing to explain is given');
}

function unclear(message: string): OrchestratorError {
  return new OrchestratorError('USAGE', message, {
    hint: 'give the name of an agent (see: agent list), or --screen and recorded files',
  });
}

async function explainLive(context: Context, name: string): Promise<void> {
  const { agent, tmux, profiles } = findLiveAgent(context, name);
  const source = { tmux, profiles, processes: openProcessTable(), natives: NATIVE_SOURCES, now: Date.now() };
  const snapshot = await takeSnapshot(agent, source);
  const { profile, observation } = snapshot;
  if (profile === undefined) {
    throw new OrchestratorError('NOT_FOUND', `profile ${agent.profile} of ${name} does not exist any more`);
  }
  const explanation = explain(observation, profile, localTimeZone());
  const { title, native, agentAgeMs } = observation;
  const { process, ...rest } = explanation;
  const document = {
    ...{ name, agent: profile.name, pane: agent.pane, fileState: agent.state },
    ...{ title: stripControls(title), native: native ?? null, agentAgeMs: agentAgeMs ?? null },
    processes: observation.processes ?? null,
    agentProcess: process?.pid ?? null,
    ...rest,
  };
  context.output.print(document, () => [
    `${name} reads as ${context.output.style('bold', explanation.state)} now; its file says ${agent.state}`,
    ...layEvidence(explanation, source.now),
    '',
    ...laySigns(snapshot, profile, explanation.process),
    ...layScreen(explanation),
  ]);
}

function laySigns({ observation }: Snapshot, profile: Profile, agent: ProcessNode | undefined): string[] {
  const { processes, native, title, agentAgeMs, dead } = observation;
  const age = agentAgeMs === undefined ? 'age not known' : `started ${formatDuration(agentAgeMs)} ago`;
  return [
    `profile  ${profile.name} (${profile.title}), tested on ${profile.testedVersions.join(', ') || 'no version'}`,
    `pane     ${dead ? 'dead' : 'alive'}`,
    `process  ${agent === undefined ? 'the CLI was not found below the pane' : `pid ${agent.pid}, ${age}`}`,
    ...(processes === undefined ? [] : layTree(processes, agent, '         ')),
    `native   ${native === undefined ? 'no signal' : cleanLine(`${native.status} ${native.detail ?? ''} (${native.source})`)}`,
    `title    ${JSON.stringify(stripControls(title))}`,
  ];
}

/** Processes beyond this are left out: a build may have hundreds. */
const TREE_LINES_MAX = 30;

function layTree(root: ProcessNode, agent: ProcessNode | undefined, indent: string): string[] {
  const lay = (node: ProcessNode, depth: string): string[] => [
    `${depth}${node === agent ? '>' : ' '} ${node.pid ?? ''} ${node.stat} ${cleanLine(node.argv.join(' '), 100)}`,
    ...node.children.flatMap((child) => lay(child, `${depth}  `)),
  ];
  const lines = lay(root, indent);
  if (lines.length <= TREE_LINES_MAX) return lines;
  return [...lines.slice(0, TREE_LINES_MAX), `${indent}… and ${lines.length - TREE_LINES_MAX} more`];
}

const SCREEN_LINES_MAX = 40;

function layScreen({ screen }: Explanation): string[] {
  if (screen === undefined) return ['screen   no rule matched'];
  const { rule, state, region, top, rows } = screen;
  const place = `region ${region}, rows ${top + 1} to ${top + rows.length}`;
  const shown = rows.slice(-SCREEN_LINES_MAX).map((row) => `         | ${stripControls(row)}`);
  return [`screen   rule ${rule} says ${state} (${place})`, ...shown];
}
