import { z } from 'zod';
import { type Event, EventSchema, type EventType } from '../model/event.ts';
import { readLinesBackwards } from './journal-lines.ts';

export interface EventFilter {
  agent?: string | undefined;
  type?: EventType | undefined;
  /** Milliseconds since the epoch. */
  since?: number | undefined;
}

/** A place in the journal: behind it come the `left` oldest lines of this instant, then all that is older. Holds while lines are added. */
export const JournalPlaceSchema = z.strictObject({ at: z.iso.datetime(), left: z.int().min(0) });
export type JournalPlace = z.infer<typeof JournalPlaceSchema>;

export interface EventPage {
  /** Newest first. */
  events: Event[];
  /** Where the next page begins; null at the end of the journal. */
  next: JournalPlace | null;
}

interface PageOptions extends EventFilter {
  after?: JournalPlace | undefined;
  limit: number;
  /** A page ends after so many lines that do not count, so that nobody can keep the worker busy by asking for what is rare. */
  linesMax?: number;
}

const LINES_MAX = 20_000;

/** Reads a page of the event journal and its older files. Lines that a crash has cut, or another version has written, are passed over. */
export function readEventPage(
  { path, filesMax }: { path: string; filesMax: number },
  { after, limit, linesMax = LINES_MAX, ...filter }: PageOptions,
): EventPage {
  const events: Event[] = [];
  const counts = makeFilter(filter);
  let lines = 0;
  for (const { line, place } of readPlaces(path, filesMax, after)) {
    if (filter.since !== undefined && Date.parse(place.at) < filter.since) return { events, next: null };
    const event = counts(line);
    if (event !== undefined) events.push(event);
    if (events.length >= limit || ++lines >= linesMax) return { events, next: place };
  }
  return { events, next: null };
}

/** Every line behind a place, newest first, each with the place behind it. */
function* readPlaces(path: string, filesMax: number, after: JournalPlace | undefined) {
  let isFirst = after !== undefined;
  for (const { at, lines } of readInstants(path, filesMax, after)) {
    const start = isFirst ? Math.max(0, lines.length - (after?.left ?? 0)) : 0;
    isFirst = false;
    for (let i = start; i < lines.length; i++) {
      const line = lines[i];
      if (line !== undefined) yield { line, place: { at, left: lines.length - i - 1 } };
    }
  }
}

/** Lines of one instant together. */
function* readInstants(
  path: string,
  filesMax: number,
  after: JournalPlace | undefined,
): Generator<{ at: string; lines: string[] }> {
  let group: { at: string; lines: string[] } | undefined;
  const from = after === undefined ? '' : `${HEAD}${after.at}"`;
  for (const line of readLinesBackwards(path, filesMax, from)) {
    const at = INSTANT.exec(line)?.[1];
    if (at === undefined) continue;
    if (group?.at === at) {
      group.lines.push(line);
    } else {
      if (group !== undefined) yield group;
      group = { at, lines: [line] };
    }
  }
  if (group !== undefined) yield group;
}

/** How the event bus begins each line. */
const HEAD = '{"v":1,"at":"';
/** The same as a pattern: parsing all of a line only to pass it over would cost ten times as much. */
const INSTANT = /^\{"v":1,"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/;

function makeFilter({ agent, type }: EventFilter): (line: string) => Event | undefined {
  const needles = [agent, type].filter((one) => one !== undefined).map((one) => JSON.stringify(one));
  return (line) => {
    if (needles.some((needle) => !line.includes(needle))) return undefined;
    const event = parse(line);
    return event !== undefined && isWanted(event, { agent, type }) ? event : undefined;
  };
}

/** Whether an event is about this agent, and of this kind. */
export function isWanted(event: Event, { agent, type }: EventFilter): boolean {
  if (type !== undefined && event.type !== type) return false;
  return agent === undefined || ('agent' in event && event.agent === agent);
}

function parse(line: string): Event | undefined {
  try {
    return EventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
