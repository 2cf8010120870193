import { backoffMs } from '../base/backoff.ts';
import { OrchestratorError } from '../base/errors.ts';
import type { Config } from '../model/config.ts';
import type { Message } from '../model/message.ts';
import { type Parked, stateOf } from '../model/parking.ts';
import type { Ground } from './ground.ts';
import { findIfManaged } from './managed.ts';
import type { ParkingLot } from './parking-lot.ts';

/** What parking needs of the mailboxes. */
interface ParkingMail {
  sendContinue(to: string, text: string, key: string): Message;
  /** Throws `NOT_FOUND`. */
  get(id: string): Message;
  withdraw(id: string): void;
}

export interface WordOptions {
  ground: Ground;
  mail: ParkingMail;
  /** The last rows of an agent's screen as they are now, in one line; undefined where it has no pane. */
  readScreenEnd(name: string): Promise<string | undefined>;
}

/** A CLI that goes on by itself is late now and then. Milliseconds. */
const OWN_RETURN_MS = { first: 60_000, max: 900_000 } as const;

/**
 * Puts the word to go on into the mailbox of a parked agent, unless its screen says that it goes on by itself, or that it cannot log in:
 * then it is `dropped`. The same attempt never gives two messages.
 */
export async function tellToGoOn(
  { ground, mail, readScreenEnd }: WordOptions,
  lot: ParkingLot,
  name: string,
): Promise<'told' | 'put-off' | 'dropped'> {
  const said = await readScreenEnd(name);
  const parked = lot.find(name);
  if (said === undefined || parked === undefined || parked.told !== null) return 'put-off';
  const agent = findIfManaged(ground, name);
  if (agent?.fold.state !== stateOf(parked.why)) return 'put-off';
  const { resumesByItself, authenticationErrors } = agent.profile;
  if (parked.why === 'fault' && authenticationErrors.test(said)) return 'dropped';
  if (parked.why === 'limit' && resumesByItself?.test(said)) {
    const { attempt } = parked;
    const dueAt = ground.clock.now() + backoffMs(attempt, OWN_RETURN_MS.first, OWN_RETURN_MS.max);
    lot.put({ ...parked, attempt: attempt + 1, dueAt: new Date(dueAt).toISOString() });
    return 'put-off';
  }
  const key = `${parked.why}:${parked.since}:${parked.attempt}`;
  const text = chooseText(ground.settings().config.limits, parked, agent.profile.name);
  lot.put({ ...parked, told: mail.sendContinue(name, text, key).id });
  return 'told';
}

function chooseText(limits: Config['limits'], { why }: Parked, profile: string): string {
  return why === 'fault' ? limits.faultText : (limits.continueTexts[profile] ?? limits.continueText);
}

/** Whether the word may have reached the agent. One that is forgotten by now was finished long ago. */
export function wasSubmitted(mail: Pick<ParkingMail, 'get'>, id: string): boolean {
  const message = findMessage(mail, id);
  if (message === undefined) return true;
  const { receipt, step } = message;
  if (receipt.state === 'delivering') return step === 'enter';
  return receipt.state === 'submitted' || receipt.state === 'answered' || receipt.state === 'uncertain';
}

/** Whether the word waits still, or is being delivered. */
export function isUnderWay(mail: Pick<ParkingMail, 'get'>, id: string): boolean {
  const state = findMessage(mail, id)?.receipt.state;
  return state === 'accepted' || state === 'waiting' || state === 'delivering';
}

function findMessage(mail: Pick<ParkingMail, 'get'>, id: string): Message | undefined {
  try {
    return mail.get(id);
  } catch (error) {
    if (error instanceof OrchestratorError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
