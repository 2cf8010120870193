import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { padTo } from '../base/columns.ts';
import { cleanLine } from '../base/text.ts';
import { CONFIG_KEYS, variableOf } from '../model/config.ts';
import type { Context } from './context.ts';
import { loadConfigOf } from './live-agent.ts';

interface Entry {
  key: string;
  value: unknown;
  origin: string;
  /** Environment variable that sets it. */
  variable: string;
}

/** Prints all keys. Throws `CONFIG` naming file, line and key of what is wrong. */
export function showConfig(context: Context, withOrigin: boolean): void {
  const { config, origins, profiles } = loadConfigOf(context);
  const entries = CONFIG_KEYS.map((key): Entry => {
    const [section = '', name = ''] = key.split('.');
    const values = Object.entries(config).find(([one]) => one === section)?.[1] ?? {};
    const value = Object.entries(values).find(([one]) => one === name)?.[1];
    return { key, value: value ?? null, origin: origins.get(key) ?? 'default', variable: variableOf(key) };
  });
  const names = profiles.map((profile) => profile.name);
  context.output.print({ keys: entries, profiles: names }, () => [
    ...layEntries(entries, withOrigin),
    ...(names.length > 0 ? [`# profiles of your own: ${names.join(', ')}`] : []),
  ]);
}

function layEntries(entries: readonly Entry[], withOrigin: boolean): string[] {
  const lines = entries.map(
    ({ key, value }) => `${key} = ${value === null ? '(not set)' : cleanLine(String(value))}`,
  );
  if (!withOrigin) return lines;
  const width = Math.max(...lines.map((line) => line.length));
  return entries.map(({ origin }, i) => `${padTo(lines[i] ?? '', width)}  # ${cleanLine(origin)}`);
}

export function showConfigPath({ output, configFile, directories }: Context): void {
  const path = configFile ?? join(directories.config, 'config.yaml');
  const profiles = join(directories.config, 'profiles');
  const exists = existsSync(path);
  output.print({ path, exists, profiles }, () => [path]);
  if (!exists) output.note('it is not there yet: every key has a default');
}
