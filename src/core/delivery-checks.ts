import { hasLeftPrompt, layOut, type PromptSpot } from '../model/prompt-spot.ts';
import type { PaneCondition } from '../tmux/pane-condition.ts';
import { findText } from '../tmux/search.ts';
import { judgeFromRoster, type Parcel } from './delivery-look.ts';
import type { Ground } from './ground.ts';
import type { WatchedAgent } from './watched-agent.ts';

/** tmux tells whole seconds. */
const SECOND_MS = 1_000;

/** What tmux itself can check of the delivery of a short text, so that no look is needed: see `planChecks`. */
export interface Checks {
  spot: PromptSpot;
  /** The first line of the text. */
  envelope: string;
  /** Nothing was written since the watch saw the agent at rest with an empty prompt, and no key pressed of late. */
  toPaste: PaneCondition;
  /** The text fills two rows from where the prompt began, and the cursor stands behind it. */
  toEnter: PaneCondition;
}

/**
 * How one line is brought to an agent at rest. What the watch saw last is as good as a fresh look if nothing was written since, and tmux
 * checks that in the very step of the paste, as it then checks the prompt row by row in the step of the Enter. Null where the text may take
 * more than one row, something moved lately, or the CLI may show its prompt under a dialog: then looks decide.
 */
export function planChecks(ground: Ground, parcel: Parcel): Checks | null {
  const { message, agent, rendered } = parcel;
  const { last, pane, profile } = agent;
  const isFirst = message.step === 'none' && message.tries === 0;
  if (!isFirst || profile.delivery?.underDialogs !== 'gone' || last?.spot == null) return null;
  if (!judgeFromRoster(ground, message, agent).open) return null;
  const lines = layOut(rendered, last.spot);
  const untouchedSince = ground.clock.now() - ground.settings().config.mail.humanQuietMs;
  if (lines === null || !hasRested(agent, untouchedSince) || !isInPlace(ground, parcel)) return null;
  const { pid } = pane;
  const { cursor, left } = last.spot;
  return {
    spot: last.spot,
    envelope: lines[0],
    toPaste: { pid, cursor, tag: agent.name, unwrittenSince: last.at, untouchedSince },
    toEnter: { pid, cursor: { lines, left } },
  };
}

/** By what is known here; tmux will say. In a session that we do not know for long somebody may just have come. */
function hasRested({ fold, last, pane, foundAt }: WatchedAgent, untouchedSince: number): boolean {
  const isIdle = fold.state === 'idle' && fold.pending === null;
  const isQuiet = last !== null && pane.activity < Math.floor(last.at / SECOND_MS);
  return isIdle && isQuiet && foundAt + SECOND_MS < untouchedSince;
}

function isInPlace(ground: Ground, { agent, server }: Parcel): boolean {
  const spec = ground.fleet.findByPane(agent.pane.id, server.identity);
  return spec?.name === agent.name && ground.observer().isUnchanged(agent);
}

/** Whether Enter may be pressed, as far as tmux cannot tell: nothing but our text came up, as far as the watch and the CLI itself know. */
export function isStillAtRest(ground: Ground, { agent }: Parcel): boolean {
  const state = agent.last?.verdict.state;
  return (state === 'idle' || state === 'draft') && ground.observer().isUnchanged(agent);
}

/** Whether the Enter was taken: the text went from the prompt into the conversation, and that is still the agent's and no shell's. */
export async function isTaken(
  ground: Ground,
  { agent, server }: Parcel,
  { spot, envelope }: Checks,
): Promise<boolean> {
  const place = await findText(server, agent.pane.id, envelope);
  return hasLeftPrompt(place, spot) && ground.observer().hasTerminal(agent);
}
