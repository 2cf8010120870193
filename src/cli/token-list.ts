import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import type { Scope } from '../model/scope.ts';
import type { OutputOf } from '../operations/routes.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';

export interface NewTokenOptions {
  scope: Scope;
  agent?: string;
  /** Milliseconds. */
  ttl?: number;
  output?: string;
}

export async function createToken(context: Context, options: NewTokenOptions): Promise<void> {
  const { scope, agent, ttl: ttlMs, output } = options;
  await give(context, output, () =>
    openClient(context).call('token.create', {
      scope,
      ...(agent === undefined ? {} : { agent }),
      ...(ttlMs === undefined ? {} : { ttlMs }),
    }),
  );
}

export async function changeToken(
  context: Context,
  verb: 'revoke' | 'rotate',
  id: string,
  { output }: { output?: string },
): Promise<void> {
  const client = openClient(context);
  if (verb === 'rotate') return give(context, output, () => client.call('token.rotate', { id }));
  const revoked = await client.call('token.revoke', { id });
  context.output.print(revoked, () => [`${id} is void`]);
}

export async function listTokens(context: Context): Promise<void> {
  const { tokens } = await openClient(context).call('token.list', {});
  context.output.print({ tokens }, () => layColumns(tokens.map(layToken)));
}

function layToken({
  id,
  scope,
  agent,
  expiresAt,
  revokedAt,
}: OutputOf<'token.list'>['tokens'][number]): string[] {
  const until = revokedAt === null ? `until ${expiresAt}` : `void since ${revokedAt}`;
  return [id, scope, agent ?? 'you', Date.parse(expiresAt) < Date.now() ? `expired ${expiresAt}` : until];
}

/** The file first: a token that cannot be written down must not be given out. */
async function give(
  { output }: Context,
  path: string | undefined,
  issue: () => Promise<OutputOf<'token.create'>>,
): Promise<void> {
  if (path === undefined) {
    const issued = await issue();
    output.print(issued, () => [issued.secret]);
    output.note(`id ${issued.id}, ${issued.scope}, until ${issued.expiresAt}; it is not shown again`);
    return;
  }
  const file = resolve(path);
  const descriptor = openNew(file);
  try {
    const { secret, ...rest } = await issue();
    writeFileSync(descriptor, `${secret}\n`);
    output.print({ ...rest, file }, () => [`${rest.id} is in ${file}, until ${rest.expiresAt}`]);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function openNew(path: string): number {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    return openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  } catch (error) {
    throw new OrchestratorError('INVALID', `--output ${path} cannot be made: ${messageOf(error)}`, {
      field: 'output',
      hint: 'name a file that is not there yet, in a directory of yours',
    });
  }
}
