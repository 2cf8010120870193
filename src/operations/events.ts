import { z } from 'zod';
import { readCursor, writeCursor } from '../model/cursor.ts';
import { EVENT_TYPES, EventSchema } from '../model/event.ts';
import { JournalPlaceSchema } from '../store/event-pages.ts';
import { Cursor, Name, Next } from './fields.ts';
import { defineOperation } from './operation.ts';

/** What both the journal and the live stream can be narrowed to. */
export const EventChoice = z.strictObject({
  agent: Name.optional().describe('only events of this agent; of a message: of its recipient'),
  type: z.enum(EVENT_TYPES).optional().describe('only events of this kind'),
});

export const eventOperations = [
  defineOperation({
    name: 'event.list',
    summary: 'What happened, from the event journal, newest first',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/journal' },
    input: EventChoice.extend({
      since: z.iso.datetime().optional().describe('only events from then on; RFC 3339, UTC'),
      limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('events in a page, at most'),
      cursor: Cursor,
    }),
    output: z.object({ events: z.array(EventSchema), next: Next }),
    run: async ({ events }, { since, cursor, ...filter }) => {
      const page = events.list({
        ...filter,
        since: since === undefined ? undefined : Date.parse(since),
        after: cursor === undefined ? undefined : readCursor('event.list', cursor, JournalPlaceSchema),
      });
      return { events: page.events, next: page.next && writeCursor('event.list', page.next) };
    },
  }),
] as const;
