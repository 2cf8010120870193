import { type Gate, type GateFacts, judgeGate, maySendAnyway } from '../model/delivery-gate.ts';
import { judgeStanding, type Standing, type StepFacts } from '../model/delivery-step.ts';
import type { Message } from '../model/message.ts';
import { comparePrompt, findPrompt, hidesPrompt, holdsEnd, readPrompt } from '../model/prompt-text.ts';
import type { AgentState } from '../model/state.ts';
import { lookAtPane } from '../tmux/look.ts';
import type { PaneCondition } from '../tmux/pane-condition.ts';
import { type PaneSigns, readPaneSigns } from '../tmux/pane-signs.ts';
import type { TmuxServer } from '../tmux/server.ts';
import type { Ground } from './ground.ts';
import { type Inspection, screenOf } from './observer.ts';
import type { WatchedAgent } from './watched-agent.ts';

/** A message on its way into one pane. */
export interface Parcel {
  message: Message;
  agent: WatchedAgent;
  /** What is typed: the envelope and the text, or where the text is to be found. */
  rendered: string;
  server: TmuxServer;
}

/** The recipient as it was seen just now. */
export interface Sight extends Omit<StepFacts, 'inRecord'> {
  standing: Standing;
  inspection: Inspection;
  /** The id stands on the screen in one piece: tmux itself can look for it. */
  showsId: boolean;
  /** The end of the text stands on the screen outside of the prompt. */
  showsEnd: boolean;
}

/** Time before each look: most CLIs have drawn by the first, the others are asked less and less often. Milliseconds. */
const LOOK_DELAYS_MS = [100, 120, 160, 250] as const;

export function lookDelayMs(looks: number): number {
  return LOOK_DELAYS_MS[Math.min(looks, LOOK_DELAYS_MS.length - 1)] ?? 0;
}

/** Looks at the recipient: everything is read anew. */
export async function seeRecipient(
  ground: Ground,
  { message, agent, rendered, server }: Parcel,
): Promise<Sight> {
  const inspection = await ground.observer().inspect(agent, server);
  const { screen, verdict } = inspection;
  const { profile } = agent;
  const { id } = message;
  const isHidden = hidesPrompt(profile, verdict.state);
  const prompt = isHidden ? undefined : findPrompt(screen, profile);
  const [top, bottom] = prompt === undefined ? [0, 0] : [prompt.top, prompt.top + prompt.rows.length];
  const outside = screen.rows.filter((_, i) => i < top || i >= bottom);
  const shown = isHidden ? null : readPrompt(screen, profile);
  // A prompt that is read as empty shows at most a placeholder.
  const standing =
    verdict.state === 'idle' && shown !== null ? 'gone' : judgeStanding(shown, { id, rendered }, profile);
  return {
    standing,
    state: verdict.state,
    inConversation: outside.some((row) => row.includes(id)),
    mayQueue: mayQueue(agent, message),
    continues: message.continues,
    inspection,
    showsId: screen.rows.some((row) => row.includes(id)),
    showsEnd: holdsEnd(outside, rendered),
  };
}

/** What must hold still when something is typed: the screen is as it was seen. */
export function conditionOf({ agent, message }: Parcel, { inspection, showsId }: Sight): PaneCondition {
  return {
    pid: agent.pane.pid,
    cursor: inspection.look.cursor,
    shows: showsId ? message.id : undefined,
  };
}

/** Whether the sender wants it to be sent while the agent works, and the CLI queues then. */
function mayQueue({ profile }: WatchedAgent, { whileBusy }: Message): boolean {
  return whileBusy && profile.delivery?.whileBusy === 'queues';
}

/** The gate by what is known without a look: most messages that must wait cost no command. */
export function judgeFromRoster(ground: Ground, message: Message, agent: WatchedAgent | undefined): Gate {
  const spec = ground.fleet.find(message.to);
  const facts: GateFacts = {
    ...NOTHING_SEEN,
    managed: spec !== undefined && (agent === undefined || agent.management === 'managed'),
    paused: spec?.paused != null,
    held: spec?.held != null,
    parked: ground.fleet.isParked(message.to),
    connected: isConnected(ground),
    hasPane: agent !== undefined,
    state: agent?.fold.state ?? 'exited',
    mayQueue: agent !== undefined && mayQueue(agent, message),
    continues: message.continues,
    now: ground.clock.now(),
    quietMs: 0,
  };
  return judgeGate(facts);
}

const NOTHING_SEEN = {
  ...{ dead: false, inMode: false, inputOff: false, synchronized: false, hasDraft: false },
  ...{ inForeground: true, pending: null, humanActiveAt: null },
} as const;

function isConnected(ground: Ground): boolean {
  try {
    return !ground.server().stalled;
  } catch {
    return false;
  }
}

/** The signs of the pane that no screen shows. */
export function readRecipientSigns({ server, agent }: Parcel): Promise<PaneSigns> {
  return readPaneSigns(server, agent.pane.id);
}

/** The gate by a fresh look. Text of ours that stands in the prompt already is no draft of a person. */
export async function judgeFreshly(
  ground: Ground,
  parcel: Parcel,
  sight: Sight,
  signs: PaneSigns,
): Promise<Gate> {
  const { agent, message, server } = parcel;
  const spec = ground.fleet.findByPane(agent.pane.id, server.identity);
  const ours = message.step !== 'none' && sight.standing === 'stands';
  return judgeGate({
    managed:
      spec !== undefined &&
      spec.name === agent.name &&
      signs.tag === spec.name &&
      agent.management === 'managed',
    paused: spec?.paused != null,
    held: spec?.held != null,
    parked: ground.fleet.isParked(message.to),
    connected: true,
    hasPane: true,
    dead: sight.inspection.look.dead,
    inMode: signs.inMode || sight.inspection.look.inMode,
    inputOff: signs.inputOff,
    synchronized: signs.synchronized,
    inForeground: agent.process !== null,
    ...judgeRest(agent, sight, ours),
    hasDraft: !ours && (await holdsDraft(parcel, sight)),
    mayQueue: sight.mayQueue,
    continues: sight.continues,
    humanActiveAt: signs.humanActiveAt === null ? null : Math.min(signs.humanActiveAt, ground.clock.now()),
    now: ground.clock.now(),
    quietMs: ground.settings().config.mail.humanQuietMs,
  });
}

/** Rest counts where both this look and the watch's confirmed state say so. */
function judgeRest(
  { fold }: WatchedAgent,
  { state }: Sight,
  ours: boolean,
): { state: AgentState; pending: AgentState | null } {
  const settle = (one: AgentState): AgentState => (ours && one === 'draft' ? 'idle' : one);
  if (settle(state) !== 'idle') return { state: settle(state), pending: null };
  const pending = fold.pending === null ? null : settle(fold.pending.state);
  return { state: settle(fold.state), pending: pending === 'idle' ? null : pending };
}

/**
 * While the agent works, or shows a limit or a fault, its prompt is not read as empty or not: only colours tell a placeholder from a text.
 * Where there is no prompt there is no draft either; that is found out before the paste.
 */
async function holdsDraft({ agent, rendered, server }: Parcel, sight: Sight): Promise<boolean> {
  const { state, inspection, standing } = sight;
  if (state !== 'busy' && !maySendAnyway(sight)) return state === 'draft';
  if (state !== 'busy' && standing === 'hidden') return false;
  const { screen } = inspection;
  if (isEmpty(readPrompt(screen, agent.profile), rendered, agent)) return false;
  if (screen.cells !== undefined) return true;
  const coloured = screenOf(await lookAtPane(server, agent.pane.id, true));
  return !isEmpty(readPrompt(coloured, agent.profile), rendered, agent);
}

function isEmpty(shown: string | null, rendered: string, { profile }: WatchedAgent): boolean {
  return shown !== null && comparePrompt(shown, rendered, profile) === 'empty';
}
