import { readFileSync } from 'node:fs';

/** The program's own version, from its package.json, which stands two folders above this one in the source and in the build. */
export function readOwnVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
