import { createHash } from 'node:crypto';
import type { NativeSource } from '../agents/natives.ts';
import type { Clock } from '../base/clock.ts';
import { cleanLine } from '../base/text.ts';
import type { ProcessTable } from '../host/processes.ts';
import type { Dialog } from '../model/dialog.ts';
import { readDialog } from '../model/dialog-reading.ts';
import type { NativeSignal, Observation, ProcessNode } from '../model/observation.ts';
import { findAgentProcess } from '../model/process.ts';
import type { Profile } from '../model/profile.ts';
import { findPromptSpot, type PromptSpot } from '../model/prompt-spot.ts';
import { readScreen, type Screen } from '../model/screen.ts';
import { judge, type Verdict } from '../model/verdict.ts';
import { type Look, lookAtPane } from '../tmux/look.ts';
import type { PaneLine } from '../tmux/pane-list.ts';
import type { TmuxServer } from '../tmux/server.ts';
import type { AgentProcessId, LastSight, WatchedAgent } from './watched-agent.ts';

interface ObserverOptions {
  profiles: readonly Profile[];
  processes: ProcessTable;
  natives: Readonly<Record<string, NativeSource>>;
  clock: Clock;
}

/** Suspended, traced or ended. */
const STOPPED = /^[TtZX]/;

/** What one look saw and how it was judged. */
export interface Sighting {
  verdict: Verdict;
  title: string;
  /** Screen or title differ from the look before. */
  moved: boolean;
  /** The process, the CLI's version or its conversation are others than before. */
  identityChanged: boolean;
  /** Another CLI runs in the pane by now: this is another agent. */
  replaced: boolean;
  dialog: Dialog | null;
}

/** A pane seen just now, for who is about to touch it. */
export interface Inspection {
  look: Look;
  screen: Screen;
  verdict: Verdict;
  /** The verdict rests on colours. */
  byColours: boolean;
  dialog: Dialog | null;
  /** Where its empty prompt takes a text; only while it rests. */
  spot: PromptSpot | null;
}

/** What was read of an agent's processes. */
interface ProcessReading extends Pick<Sighting, 'identityChanged' | 'replaced'> {
  processes: ProcessNode | undefined;
}

/** Finds agents in panes and looks at them: gathers the evidence and has it judged. */
export class Observer {
  readonly #options: ObserverOptions;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** The agent that runs in a pane, or the one that we started there or an earlier worker knew there, and that has left since. */
  discover(pane: PaneLine, before: { profile: string } | undefined) {
    const tree = this.#options.processes.readTree(pane.pid);
    const agent = tree && findAgentProcess(tree, this.#options.profiles);
    if (agent !== undefined) {
      return { profile: agent.profile, ...this.#identify(agent.node, agent.profile) };
    }
    const profile = this.#options.profiles.find((one) => one.name === before?.profile);
    return profile && { profile, process: null, nativeDirectory: null };
  }

  /** Looks at an agent for somebody who is about to touch it: everything is read anew, nothing that the watch knows is changed. */
  async inspect(agent: WatchedAgent, server: TmuxServer): Promise<Inspection> {
    const look = await lookAtPane(server, agent.pane.id);
    const tree = this.#options.processes.readTree(agent.pane.pid);
    const node = tree && findAgentProcess(tree, [agent.profile])?.node;
    const observation = this.#observe({ ...agent, native: this.#nativeOf(agent) }, look, node ?? tree);
    return this.#judge(agent, server, { observation, look });
  }

  /** Looks at an agent once; twice where only colours can tell. Judges anew only what is new. */
  async look(agent: WatchedAgent, server: TmuxServer): Promise<Sighting> {
    const at = this.#options.clock.now();
    const sight = await lookAtPane(server, agent.pane.id);
    const { processes, identityChanged, replaced } = this.#readProcesses(agent);
    const { last } = agent;
    const picture = digest(`${sight.title}\n${sight.text}`);
    const signs = describeSigns(sight, agent.native, processes);
    const moved = last?.picture !== picture;
    const known = !moved && last?.signs === signs && last.verdict.state !== 'starting' && holds(agent, last);
    const observation = this.#observe(agent, sight, processes);
    const judged = known ? last : await this.#judge(agent, server, { observation, look: sight });
    const { verdict, dialog, spot, byColours } = judged;
    const seenAt = known && byColours ? last.at : at;
    agent.last = { at: seenAt, picture, signs, verdict, byColours, dialog, spot, processes };
    return { verdict, dialog, title: cleanLine(sight.title), moved, identityChanged, replaced };
  }

  /** Whether an agent's process runs and is the one that reads the terminal. Reads one small file. */
  hasTerminal({ process }: WatchedAgent): boolean {
    const node = process === null ? undefined : this.#readForeground(process);
    return node !== undefined && !STOPPED.test(node.stat);
  }

  /** Whether, beside its screen, everything says of an agent what it said at the last look: it reads the terminal, its own signals are the same. */
  isUnchanged(agent: WatchedAgent): boolean {
    return this.hasTerminal(agent) && JSON.stringify(this.#nativeOf(agent)) === JSON.stringify(agent.native);
  }

  /** Whether an agent's process still is what it was when it was last looked at. Reads one small file. */
  isAsBefore(agent: WatchedAgent): boolean {
    if (agent.process === null) return true;
    const node = this.#options.processes.readNode(agent.process.pid);
    return node?.startTime === agent.process.startTime && node.stat === agent.last?.processes?.stat;
  }

  async #judge(agent: WatchedAgent, server: TmuxServer, sight: Sight): Promise<Inspection> {
    const verdict = judge(sight.observation, agent.profile);
    if (!verdict.needsColours && !needsColoursForDialog(verdict, agent.profile)) {
      return this.#conclude(agent, sight, verdict);
    }
    const look = await lookAtPane(server, agent.pane.id, true);
    const observation = { ...sight.observation, title: look.title, screen: screenOf(look) };
    return this.#conclude(agent, { observation, look }, judge(observation, agent.profile));
  }

  #conclude(agent: WatchedAgent, { observation, look }: Sight, verdict: Verdict): Inspection {
    const { screen } = observation;
    const { profile } = agent;
    const dialog = readDialog(screen, profile, verdict.state, '');
    const spot = verdict.state === 'idle' ? findPromptSpot(screen, profile) : null;
    return { look, screen, verdict, byColours: look.ansi !== undefined, dialog, spot };
  }

  #observe(agent: WatchedAgent, sight: Look, processes: ProcessNode | undefined): Observation {
    const now = this.#options.clock.now();
    const { dead, deadStatus, deadSignal, title } = sight;
    const observation: Observation = {
      at: now,
      ...{ dead, deadStatus, deadSignal, title },
      command: '',
      screen: screenOf(sight),
    };
    if (processes !== undefined) observation.processes = processes;
    if (agent.launchedAt !== null) observation.launchAgeMs = now - agent.launchedAt;
    if (agent.process?.startedAt !== undefined) observation.agentAgeMs = now - agent.process.startedAt;
    if (agent.native !== null) observation.native = agent.native;
    return observation;
  }

  /**
   * As long as the known process has the terminal, nothing else below the pane matters and one small file tells.
   * Else the whole tree is read: the CLI may have been replaced, stopped, or be gone.
   */
  #readProcesses(agent: WatchedAgent): ProcessReading {
    const node = agent.process ? this.#readForeground(agent.process) : undefined;
    const usual = agent.last?.processes;
    if (node !== undefined && usual !== undefined && usual.pid === node.pid) {
      const processes = { ...usual, stat: node.stat };
      return { processes, identityChanged: this.#readNative(agent), replaced: false };
    }
    return this.#readWholeTree(agent);
  }

  /** A known process, as long as it has the terminal. */
  #readForeground({ pid, startTime }: AgentProcessId): ProcessNode | undefined {
    const node = this.#options.processes.readNode(pid);
    return node?.startTime === startTime && node.stat.includes('+') ? node : undefined;
  }

  #readWholeTree(agent: WatchedAgent): ProcessReading {
    const tree = this.#options.processes.readTree(agent.pane.pid);
    const found = tree && findAgentProcess(tree, this.#options.profiles);
    const before = agent.process;
    if (found === undefined) agent.process = null;
    else Object.assign(agent, { launchedAt: null, ...this.#identify(found.node, found.profile) });
    const processChanged =
      before?.pid !== agent.process?.pid || before?.startTime !== agent.process?.startTime;
    const nativeChanged = this.#readNative(agent);
    return {
      processes: found?.node ?? tree,
      identityChanged: processChanged || nativeChanged,
      replaced: found !== undefined && found.profile.name !== agent.profile.name,
    };
  }

  /** Reads the native signal; tells whether version or conversation changed. */
  #readNative(agent: WatchedAgent): boolean {
    const before = agent.native;
    agent.native = this.#nativeOf(agent);
    return before?.version !== agent.native?.version || before?.sessionId !== agent.native?.sessionId;
  }

  #nativeOf({ profile, process, nativeDirectory }: WatchedAgent): NativeSignal | null {
    const source = this.#options.natives[profile.nativeReader ?? ''];
    if (process === null || nativeDirectory === null) return null;
    return source?.read({ configDirectory: nativeDirectory, ...process }) ?? null;
  }

  #identify(
    node: ProcessNode,
    profile: Profile,
  ): { process: AgentProcessId | null; nativeDirectory: string | null } {
    const { pid, startTime } = node;
    if (pid === undefined || startTime === undefined) return { process: null, nativeDirectory: null };
    const { processes, natives } = this.#options;
    const source = natives[profile.nativeReader ?? ''];
    const nativeDirectory = source?.findDirectory((name) => processes.readVariable(pid, name)) ?? null;
    return { process: { pid, startTime, startedAt: processes.startedAt(node) }, nativeDirectory };
  }
}

/** One look as evidence. */
interface Sight {
  observation: Observation;
  look: Look;
}

/** Where the selected option is painted, not marked, only colours tell which one it is. */
function needsColoursForDialog({ state }: Verdict, { dialogs }: Profile): boolean {
  return dialogs.some(
    (dialog) => dialog.selectedBy === 'colour' && dialog.states.some((one) => one === state),
  );
}

/** Colours may have changed where nothing else did: what they told holds until the next write. */
function holds({ pane }: WatchedAgent, { at, byColours }: LastSight): boolean {
  return !byColours || pane.activity < Math.floor(at / 1_000);
}

export function screenOf(sight: Look) {
  const { columns, rows, text, ansi, cursor, cursorVisible, alternate } = sight;
  return readScreen({
    size: [columns, rows],
    text,
    ...(ansi === undefined ? {} : { ansi }),
    ...{ cursor, cursorVisible, alternate },
  });
}

/** Everything beside title and screen that a verdict rests on, but for the age of a starting agent. */
function describeSigns(sight: Look, native: NativeSignal | null, processes: ProcessNode | undefined): string {
  const { cursor, dead, deadSignal, deadStatus } = sight;
  return JSON.stringify([cursor, dead, deadSignal, deadStatus, native, processes?.pid, processes?.stat]);
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
