import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { type JournalPlace, readEventPage } from '../../src/store/event-pages.ts';
import { Journal } from '../../src/store/journal.ts';

let root: string;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tmo-pages-'));
  path = join(root, 'events.jsonl');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const instant = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
const event = (agent: string, second: number): Event => ({
  ...{ v: 1, at: instant(second), type: 'agent.paused' },
  ...{ agent, profile: 'claude' },
});

/** Writes events into files of about three lines each. */
function write(events: readonly Event[], filesMax = 20): void {
  const journal = new Journal({ path, bytesMax: 350, filesMax });
  for (const one of events) journal.append(one);
  journal.close();
}

const namesOf = (events: readonly Event[]) => events.map((one) => ('agent' in one ? one.agent : one.type));

/** All pages, with what happens after each. */
function readAll(limit: number, between = () => {}, filter = {}): string[] {
  const names: string[] = [];
  for (let after: JournalPlace | undefined, i = 0; i < 100; i++) {
    const page = readEventPage({ path, filesMax: 20 }, { ...filter, limit, after });
    names.push(...namesOf(page.events));
    if (page.next === null) return names;
    after = page.next;
    between();
  }
  throw new Error('the pages do not end');
}

describe('pages of the journal', () => {
  it.each([1, 2, 3, 7, 100])('of %i hold every event once, the newest first, over rotated files', (limit) => {
    write(Array.from({ length: 25 }, (_, i) => event(`a${i}`, i)));
    expect(readAll(limit)).toEqual(Array.from({ length: 25 }, (_, i) => `a${24 - i}`));
  });

  it.each([1, 2, 3])('of %i lose and repeat nothing while events come, of the same instant too', (limit) => {
    write(Array.from({ length: 12 }, (_, i) => event(`a${i}`, Math.floor(i / 5))));
    const journal = new Journal({ path, bytesMax: 350, filesMax: 20 });
    let more = 0;
    const seen = readAll(limit, () => {
      if (more < 6) journal.append(event(`new${more++}`, 2));
    });
    journal.close();
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => `a${11 - i}`));
  });

  it('hold after the clock was set back', () => {
    write([event('a', 100), event('b', 101), event('c', 50), event('d', 51)]);
    expect(readAll(1)).toEqual(['d', 'c', 'b', 'a']);
  });

  it('can be narrowed to an agent, a kind and a time', () => {
    const stalled: Event = { v: 1, at: instant(3), type: 'server.stalled' };
    write([event('ada', 0), event('bob', 1), event('ada', 2), stalled, event('ada', 4)]);
    expect(readAll(1, undefined, { agent: 'ada' })).toEqual(['ada', 'ada', 'ada']);
    expect(readAll(1, undefined, { type: 'server.stalled' })).toEqual(['server.stalled']);
    const since = Date.parse(instant(2));
    expect(readAll(10, undefined, { since })).toEqual(['ada', 'server.stalled', 'ada']);
    expect(readAll(10, undefined, { agent: 'claude' })).toEqual([]);
  });

  it('go on behind lines that were cut, or that another version wrote', () => {
    write([event('a', 0)]);
    appendFileSync(path, `{"v":1,"at":"${instant(1)}","type":"agent.pau\n{"v":9}\n`);
    appendFileSync(path, `${JSON.stringify({ v: 1, at: instant(1), type: 'agent.teleported' })}\n`);
    appendFileSync(path, `${JSON.stringify(event('b', 2))}\n`);
    expect(readAll(1)).toEqual(['b', 'a']);
  });

  it('are none where a place is gone, or there is no journal', () => {
    expect(readAll(10)).toEqual([]);
    write([event('a', 0)]);
    const after = { at: instant(77), left: 0 };
    expect(readEventPage({ path, filesMax: 5 }, { limit: 5, after })).toEqual({ events: [], next: null });
  });

  it('end early where nothing of many lines counts, and go on from there', () => {
    const lines = Array.from({ length: 500 }, (_, i) => JSON.stringify(event(i === 3 ? 'ada' : 'bob', i)));
    writeFileSync(path, `${lines.join('\n')}\n`);
    const options = { agent: 'ada', limit: 10, linesMax: 400 };
    const first = readEventPage({ path, filesMax: 0 }, options);
    expect([first.events, first.next]).toEqual([[], { at: instant(100), left: 0 }]);
    const second = readEventPage({ path, filesMax: 0 }, { ...options, after: first.next ?? undefined });
    expect(namesOf(second.events)).toEqual(['ada']);
    expect(second.next).toBeNull();
  });
});
