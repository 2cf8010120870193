import type { z } from 'zod';
import { OrchestratorError } from '../base/errors.ts';

/** A place in a list as callers get it: opaque to them, and good only for the list it came from. */
export function writeCursor(list: string, place: unknown): string {
  return Buffer.from(JSON.stringify([list, place])).toString('base64url');
}

/** Throws `INVALID` for what this list has not given out. */
export function readCursor<T>(list: string, cursor: string, schema: z.ZodType<T>): T {
  const place = schema.safeParse(decode(list, cursor));
  if (place.success) return place.data;
  throw new OrchestratorError('INVALID', 'is no cursor of this list', {
    field: 'cursor',
    hint: 'give the text in next of the page before, or leave it out to begin anew',
  });
}

function decode(list: string, cursor: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) && value[0] === list ? value[1] : undefined;
  } catch {
    return undefined;
  }
}
