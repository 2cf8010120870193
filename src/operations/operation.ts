import type { z } from 'zod';
import type { Sender } from '../model/message.ts';
import type { Scope } from '../model/scope.ts';
import type { House } from './house.ts';

/** Who asks, as the door it came through knows it; nothing in it comes from the request's own words. */
export interface Caller {
  sender: Sender;
  scope: Scope;
  /** Id of the token that it came with; null: it came over the control socket, as the user of this machine. */
  token: string | null;
  /** Ends when nobody waits for the answer any more. */
  signal: AbortSignal;
}

export type Method = 'GET' | 'POST' | 'DELETE';

/**
 * One thing that can be done, for all doors: REST, MCP, OpenAPI and the CLI's client are made from it. `path` names inputs in braces;
 * the other inputs travel in the query (GET, DELETE) or in a JSON body (POST).
 */
export interface Operation<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodType = z.ZodType,
  N extends string = string,
> {
  name: N;
  summary: string;
  scope: Scope;
  effect: 'read' | 'write' | 'destructive';
  method: Method;
  /** Below `/v1`. */
  path: `/${string}`;
  /** Only for the user of this machine, never for who comes with a token. */
  socketOnly?: boolean;
  input: I;
  output: O;
  run(house: House, input: z.infer<I>, caller: Caller): Promise<z.infer<O>>;
}

/** Gives its argument back; only types. */
export function defineOperation<I extends z.ZodObject, O extends z.ZodType, const N extends string>(
  operation: Operation<I, O, N>,
): Operation<I, O, N> {
  return operation;
}
