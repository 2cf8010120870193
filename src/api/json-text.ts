import { type InputError, pointerTo } from './problem.ts';

type Reading = { value: Record<string, unknown> } | { errors: InputError[] };

/** Levels of objects and lists; no input needs half of them. */
const DEPTH_MAX = 20;
/** Fields and list items of all levels together; each that is wrong would cost its own words. */
const VALUES_MAX = 1_000;
/** Keys by which a careless merge reaches the prototype of every object. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads a JSON object from bytes; gives what is wrong instead of throwing. */
export function readJson(bytes: Uint8Array): Reading {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // The parser's own words quote the input, which may hold secrets.
    return wrong(error instanceof SyntaxError ? 'content is no valid JSON' : 'content is no valid UTF-8');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong('content must be a JSON object');
  }
  const errors = checkTree(value);
  return errors.length > 0 ? { errors } : { value: { ...value } };
}

/** What is forbidden at any level. `count` goes over all of them. */
function checkTree(value: unknown, path: readonly string[] = [], count = { values: 0 }): InputError[] {
  if (typeof value !== 'object' || value === null) return [];
  if (path.length >= DEPTH_MAX) {
    return [{ pointer: '#', detail: `content is nested deeper than ${DEPTH_MAX} levels` }];
  }
  const entries = Object.entries(value);
  count.values += entries.length;
  if (count.values > VALUES_MAX) {
    return [{ pointer: '#', detail: `content holds more than ${VALUES_MAX} values` }];
  }
  for (const [key, inner] of entries) {
    const here = [...path, key];
    if (FORBIDDEN_KEYS.has(key)) return [{ pointer: pointerTo(here), detail: 'is not allowed as a key' }];
    const errors = checkTree(inner, here, count);
    if (errors.length > 0) return errors;
  }
  return [];
}

function wrong(detail: string): Reading {
  return { errors: [{ pointer: '#', detail }] };
}
