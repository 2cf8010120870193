import { isRecent, nextAttempt, nextDue, type Parked, type ParkingState } from '../model/parking.ts';
import type { ParkingFile } from '../store/parking-file.ts';

/** Many come to their limit at once. Milliseconds. */
const WRITE_EVERY_MS = 1_000;

/**
 * Who is parked, in memory and on disk, there with up to a second's delay. What a crash loses is found out anew from the agents' states,
 * and no message is sent twice, as the same attempt gives the same key.
 */
export class ParkingLot {
  readonly #file: Pick<ParkingFile, 'write'>;
  readonly #parked = new Map<string, Parked>();
  readonly #returned = new Map<string, ParkingState['returned'][number]>();
  /** Something is not on the disk yet. */
  isDirty = false;
  #writtenAt = 0;

  constructor(file: Pick<ParkingFile, 'read' | 'write'>) {
    this.#file = file;
    const { parked, returned } = file.read();
    for (const one of parked) this.#parked.set(one.agent, one);
    for (const one of returned) this.#returned.set(one.agent, one);
  }

  list(): Parked[] {
    return [...this.#parked.values()];
  }

  find(agent: string): Parked | undefined {
    return this.#parked.get(agent);
  }

  findTold(message: string): Parked | undefined {
    return this.list().find(({ told }) => told === message);
  }

  nextDue(): Parked | undefined {
    return nextDue(this.#parked.values());
  }

  /** Names of agents whose mail waits. */
  limited(): Set<string> {
    return new Set(this.list().flatMap(({ agent, why }) => (why === 'limit' ? [agent] : [])));
  }

  attemptOf(agent: string, now: number): number {
    return nextAttempt(this.#returned.get(agent), now);
  }

  put(parked: Parked): void {
    this.#parked.set(parked.agent, parked);
    this.isDirty = true;
  }

  /** `returnedAt`: it was told to go on and works again; RFC 3339. */
  remove(agent: string, returnedAt?: string): void {
    const attempt = this.#parked.get(agent)?.attempt;
    if (attempt === undefined) return;
    this.#parked.delete(agent);
    if (returnedAt !== undefined) this.#returned.set(agent, { agent, at: returnedAt, attempt });
    this.isDirty = true;
  }

  rename(from: string, to: string): void {
    const parked = this.#parked.get(from);
    this.#parked.delete(from);
    if (parked !== undefined) this.#parked.set(to, { ...parked, agent: to });
    for (const one of this.list()) if (one.by === from) this.#parked.set(one.agent, { ...one, by: to });
    this.#returned.delete(from);
    this.isDirty = true;
  }

  /**
   * Writes what is new, but not again within a second: else `isDirty` stays. What the disk does not take is written the next time.
   */
  flush(now: number): void {
    if (this.isDirty && Math.abs(now - this.#writtenAt) >= WRITE_EVERY_MS) this.write(now);
  }

  write(now: number): void {
    for (const [agent, one] of this.#returned) if (!isRecent(one, now)) this.#returned.delete(agent);
    const returned = [...this.#returned.values()];
    this.#writtenAt = now;
    this.isDirty = !this.#file.write({ v: 1, parked: this.list(), returned });
  }
}
