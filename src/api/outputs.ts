import type { Operation } from '../operations/operation.ts';

interface Kept {
  parts: readonly unknown[];
  shaped: object;
}

/**
 * Outputs as callers may see them: with what the schema names and nothing else. A list of frozen objects that are the same ones as the
 * last time has not changed, and is given as it was then; so nothing in an output may ever be changed.
 */
export class Outputs {
  readonly #kept = new Map<string, Kept>();

  /** Throws what zod throws where an output is none of the operation. */
  shape({ name, output: schema }: Operation, output: unknown): object {
    const parts = readFrozenList(output);
    const kept = this.#kept.get(name);
    if (parts !== undefined && kept !== undefined && isSame(parts, kept.parts)) return kept.shaped;
    const shaped = schema.parse(output) as object;
    if (parts !== undefined) this.#kept.set(name, { parts: [...parts], shaped });
    return shaped;
  }
}

/** The items of an output that is one list of frozen objects. */
function readFrozenList(output: unknown): readonly unknown[] | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const [list, ...others] = Object.values(output);
  const isList = others.length === 0 && Array.isArray(list) && list.length > 0;
  return isList && list.every((one) => typeof one === 'object' && Object.isFrozen(one)) ? list : undefined;
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, i) => part === other[i]);
}
