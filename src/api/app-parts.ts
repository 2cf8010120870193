import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import { OrchestratorError } from '../base/errors.ts';
import type { Operation } from '../operations/operation.ts';
import type { OperationDesk } from './operation-desk.ts';
import { type RateState, TooManyError } from './request-limits.ts';
import type { Visitor } from './visitor.ts';

export type App = Hono<{ Bindings: HttpBindings }>;
export type AppContext = Context<{ Bindings: HttpBindings }>;

export interface AppParts {
  desk: OperationDesk;
  /** Who asks, as the gate found out; nobody for what is open to all. */
  visitorOf(incoming: IncomingMessage): Visitor | undefined;
  /** Ends waits, which would else hold up a stop. */
  closing: AbortSignal;
  /** What nobody expected; its text goes to nobody else. */
  onUnexpected(error: unknown, operation: string): void;
}

/** Who asks. The gate lets nobody in whom it does not know. */
export function requireVisitor({ env }: AppContext, { visitorOf }: Pick<AppParts, 'visitorOf'>): Visitor {
  const visitor = visitorOf(env.incoming);
  if (visitor !== undefined) return visitor;
  throw new Error('the gate let somebody in whom it does not know');
}

/** In the form of draft-ietf-httpapi-ratelimit-headers. */
export function describeRate(rate: RateState | undefined): Record<string, string> {
  if (rate === undefined) return {};
  const { policy, limit, left, resetMs } = rate;
  return {
    'RateLimit-Policy': `"${policy}";q=${limit};w=60`,
    RateLimit: `"${policy}";r=${left};t=${Math.ceil(resetMs / 1_000)}`,
  };
}

export function headersOf(error: unknown, { scope }: Pick<Operation, 'scope'>): Record<string, string> {
  if (error instanceof TooManyError) {
    return { 'Retry-After': String(Math.ceil(error.rate.resetMs / 1_000)), ...describeRate(error.rate) };
  }
  const isForbidden = error instanceof OrchestratorError && error.code === 'FORBIDDEN';
  return isForbidden ? { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` } : {};
}
