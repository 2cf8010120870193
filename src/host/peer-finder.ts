import { readFile } from 'node:fs/promises';
import { type Connection, findPeerUid, listOf } from './peer-uid.ts';

/**
 * Finds the users of connections without holding up anybody: the kernel takes milliseconds for its list, however short, so it is read
 * beside all other work, and whoever comes meanwhile shares the next reading.
 */
export class PeerFinder {
  readonly #readings = new Map<string, SharedReading>();

  /** As `findPeerUid`. */
  async find(connection: Connection): Promise<number | undefined | null> {
    if (process.platform !== 'linux') return null;
    const path = listOf(connection);
    const reading = this.#readings.get(path) ?? new SharedReading(path);
    this.#readings.set(path, reading);
    return findPeerUid(connection, await reading.read());
  }
}

class SharedReading {
  readonly #path: string;
  #running: Promise<string> = Promise.resolve('');
  #next: Promise<string> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** What the file says after this call: a reading under way may have passed the line already. */
  read(): Promise<string> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<string> {
    await this.#running.catch(() => undefined);
    this.#next = undefined;
    this.#running = readFile(this.#path, 'latin1');
    return this.#running;
  }
}
