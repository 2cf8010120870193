import type { z } from 'zod';
import type { Operation } from '../operations/operation.ts';
import { type InputError, pointerTo } from './problem.ts';

/** Where inputs come from: the path, and query or body. */
interface InputParts {
  params: Readonly<Record<string, string>>;
  rest: Readonly<Record<string, unknown>>;
}

export type InputReading = { input: Record<string, unknown> } | { errors: InputError[] };

/** The query of a target as an object; a name that is there more than once gives a list. */
export function readQuery(target: string): Record<string, string | string[]> {
  const start = target.indexOf('?');
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : target.slice(start))) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all] as const),
  );
}

/** Checks all inputs together against the schema of the operation. */
export function readInput(
  { input: schema }: Pick<Operation, 'input'>,
  { params, rest }: InputParts,
): InputReading {
  const twice = Object.keys(rest).filter((key) => Object.hasOwn(params, key));
  if (twice.length > 0) {
    return { errors: twice.map((key) => ({ pointer: pointerTo([key]), detail: 'is given by the path' })) };
  }
  const result = schema.safeParse({ ...rest, ...params }, { error: wordIssue });
  return result.success
    ? { input: result.data }
    : { errors: result.error.issues.flatMap((issue) => describeIssue(issue, Object.keys(schema.shape))) };
}

/** Messages of our own where zod's would not be understood by who has not read its manual. */
function wordIssue(issue: { code?: string; input?: unknown; values?: unknown }): string | undefined {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_value' && Array.isArray(issue.values)) {
    return issue.input === undefined ? 'is missing' : `must be one of ${issue.values.join(', ')}`;
  }
  return issue.code === 'invalid_union' && issue.input === undefined ? 'is missing' : undefined;
}

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): InputError[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: pointerTo(issue.path), detail: lowerFirst(issue.message) }];
  }
  const expected = issue.path.length === 0 ? `; known are ${known.join(', ') || 'none'}` : '';
  return issue.keys.map((key) => ({
    pointer: pointerTo([...issue.path, key.slice(0, 100)]),
    detail: `is not known here${expected}`,
  }));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
