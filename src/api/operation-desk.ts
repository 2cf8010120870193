import { randomBytes } from 'node:crypto';
import { OrchestratorError } from '../base/errors.ts';
import type { AuditRecord } from '../model/audit.ts';
import { includesScope } from '../model/scope.ts';
import type { House } from '../operations/house.ts';
import type { Operation } from '../operations/operation.ts';
import { Outputs } from './outputs.ts';
import { Repeats } from './repeats.ts';
import type { RateState, RequestLimits } from './request-limits.ts';
import type { Visitor } from './visitor.ts';

export interface DeskOptions {
  house: House;
  limits: RequestLimits;
  /** Told of every change and every refusal. */
  audit(record: Omit<AuditRecord, 'v' | 'at'>): void;
}

/** What must be known of an operation to let somebody in. */
export type Permit = Pick<Operation, 'name' | 'scope' | 'effect' | 'socketOnly'>;

/** One request for one operation, from the door to its end. */
export interface Errand<O extends Permit = Operation> {
  operation: O;
  visitor: Visitor;
  /** To be found again in answers and the audit log. */
  id: string;
}

export interface Wish {
  input: Record<string, unknown>;
  /** The same key from the same visitor for the same operation is the same wish. */
  key?: string | undefined;
  signal: AbortSignal;
}

/** Where every request of every door ends: scope, rates, repeats, the operation itself, audit. */
export class OperationDesk {
  readonly #options: DeskOptions;
  readonly #repeats = new Repeats<object>();
  readonly #outputs = new Outputs();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  get house(): House {
    return this.#options.house;
  }

  open<O extends Permit>(operation: O, visitor: Visitor): Errand<O> {
    return { operation, visitor, id: randomBytes(6).toString('hex') };
  }

  /** Before anything of the input is read. Throws `FORBIDDEN`, `LIMIT`. Gives what is left of the rate, where there is one. */
  async admit(errand: Errand<Permit>): Promise<RateState | undefined> {
    try {
      checkPermission(errand);
      return await this.#options.limits.take(errand.operation, errand.visitor);
    } catch (error) {
      this.#note(errand, {}, error);
      throw error;
    }
  }

  /** Does it. Throws what the operation throws, `LIMIT` for a target that was asked too often, `CONFLICT` for a key used for something else. */
  async perform(errand: Errand, { input, key, signal }: Wish): Promise<object> {
    try {
      await this.#options.limits.takeTarget(errand.operation, errand.visitor, targetOf(input));
      const output = await this.#performOnce(errand, { input, key, signal });
      this.#note(errand, input);
      return output;
    } catch (error) {
      this.#note(errand, input, error);
      throw error;
    }
  }

  #performOnce(errand: Errand, { input, key, signal }: Wish): Promise<object> {
    const { operation, visitor } = errand;
    // Mailboxes remember keys themselves, over a restart too.
    if (key === undefined || operation.effect === 'read') return this.#run(errand, input, signal);
    if ('idempotencyKey' in operation.input.shape) {
      return this.#run(errand, { idempotencyKey: key, ...input }, signal);
    }
    const name = JSON.stringify([nameOf(visitor), operation.name, key]);
    return this.#repeats.once(name, JSON.stringify(input), () => this.#run(errand, input, signal));
  }

  async #run({ operation, visitor }: Errand, input: Record<string, unknown>, signal: AbortSignal) {
    const { sender, scope, token } = visitor;
    const output = await operation.run(this.#options.house, input, { sender, scope, token, signal });
    return this.#outputs.shape(operation, output);
  }

  /** Reading leaves no trace, unless it was refused. */
  #note({ operation, visitor, id }: Errand<Permit>, input: Record<string, unknown>, error?: unknown): void {
    const code = error === undefined ? 'ok' : error instanceof OrchestratorError ? error.code : 'FAILED';
    if (operation.effect === 'read' && code !== 'FORBIDDEN') return;
    const { door, token, uid, sender } = visitor;
    this.#options.audit({
      ...{ request: id, door, token, uid, by: sender },
      ...{ operation: operation.name, target: targetOf(input), result: code },
    });
  }
}

function checkPermission({ operation, visitor }: Errand<Permit>): void {
  if (operation.socketOnly && visitor.token !== null) {
    throw new OrchestratorError(
      'FORBIDDEN',
      `${operation.name} can only be done by the user of the machine`,
      {
        hint: 'use the command line there',
      },
    );
  }
  if (includesScope(visitor.scope, operation.scope)) return;
  const detail = `${operation.name} needs scope ${operation.scope}, this caller has ${visitor.scope}`;
  throw new OrchestratorError('FORBIDDEN', detail, {
    hint: `a person can give out a token for it: tmux-orchestrator token create --scope ${operation.scope}`,
  });
}

/** Who it counts for. */
export function nameOf({ token, sender }: Visitor): string {
  return token === null ? `${sender.kind}:${sender.name}` : `token:${token}`;
}

/** What an operation is about: an agent, a pane, a team. Names only, never texts. */
function targetOf(input: Record<string, unknown>): string | null {
  for (const key of ['name', 'to', 'pane', 'team', 'role', 'id', 'path']) {
    const value = input[key];
    if (typeof value === 'string') return value.slice(0, 200);
  }
  return null;
}
