import { resolve } from 'node:path';
import { stripControls } from '../base/text.ts';
import type { OutputOf } from '../operations/routes.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';
import { describeRefused, layPath, layShelf } from './shelf-list.ts';
import { showValue } from './shown-value.ts';

export async function listRoles(context: Context, directory: string): Promise<void> {
  const { roles } = await openClient(context).call('role.list', { directory: resolve(directory) });
  context.output.print({ roles }, () => layShelf(roles));
}

export async function showRole(context: Context, name: string, directory: string): Promise<void> {
  const found = await openClient(context).call('role.get', { name, directory: resolve(directory) });
  context.output.print(found, () => layRole(found, context.home));
  const refused = describeRefused(found.refused, found.entry);
  if (refused !== undefined) context.output.note(refused);
}

function layRole({ role, entry }: OutputOf<'role.get'>, home: string): string[] {
  const { name, description, profile, args, permissions, env } = role;
  const rows: [string, string][] = [
    ['role', name],
    ['for', showValue(description)],
    ['file', layPath(entry, home)],
    ...(profile === undefined ? [] : ([['profile', profile]] as [string, string][])),
    ...(permissions === undefined ? [] : ([['permissions', permissions]] as [string, string][])),
    ...(args.length === 0 ? [] : ([['args', showValue(args)]] as [string, string][])),
    ...(Object.keys(env).length === 0 ? [] : ([['env', showValue(env)]] as [string, string][])),
  ];
  const briefing = role.briefing.split('\n').map((line) => stripControls(line.replaceAll('\t', '  ')));
  return [...layColumns(rows), '', ...briefing];
}

/** Writes a new role of the user's own and says where it is. */
export async function createRole(
  context: Context,
  name: string,
  { from, directory }: { from?: string; directory: string },
): Promise<void> {
  const { path } = await openClient(context).call('role.create', {
    name,
    from,
    directory: resolve(directory),
  });
  context.output.print({ name, path }, () => [path]);
  context.output.note(`edit it, then see how it is read with: tmux-orchestrator role show ${name}`);
}
