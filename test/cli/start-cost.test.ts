import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, type CliRoom, openCliRoom } from '../helpers/cli-room.ts';
import { type ControlDoor, openControlDoor } from '../helpers/control-door.ts';

/** Each of them takes longer to load than all of a quick command. */
const SLOW = /\/node_modules\/(zod|execa|yaml|luxon|pino|pino-pretty|systeminformation)\//;

/** Tells of every module that is loaded, ESM or CommonJS, on a descriptor of its own. */
const HOOK = `
import { writeSync } from 'node:fs';
import { Module, register } from 'node:module';
const load = Module._load;
Module._load = (request, parent, isMain) => {
  try { writeSync(3, Module._resolveFilename(request, parent) + '\\n'); } catch {}
  return load(request, parent, isMain);
};
register('data:text/javascript,' + encodeURIComponent(\`
import { writeSync } from 'node:fs';
export async function load(url, context, next) { writeSync(3, url + '\\\\n'); return next(url, context); }
\`));
`;

let room: CliRoom;
let door: ControlDoor;
beforeAll(async () => {
  room = openCliRoom();
  room.writeWorker();
  room.writeAgent({ name: 'claude-3' });
  door = await openControlDoor(room.runtime);
  writeFileSync(join(room.folder, 'hook.mjs'), HOOK);
});
afterAll(async () => {
  await door.close();
  room.close();
});

async function listModules(...words: string[]): Promise<string[]> {
  const hook = pathToFileURL(join(room.folder, 'hook.mjs')).href;
  const { stdio } = await execa(process.execPath, ['--import', hook, CLI, ...words], {
    ...{ env: room.env, extendEnv: false, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  });
  return String(stdio[3]).split('\n');
}

describe('a quick command loads nothing that is slow', () => {
  it.each([
    [['status']],
    [['status', '--json']],
    [['agent', 'list']],
    [['agent', 'show', 'claude-3']],
    [['agent', 'wait', 'claude-3', '--state', 'idle']],
    [['agent', 'send', 'claude-3', 'hello']],
    [['agent', 'pause', 'claude-3']],
    [['agent', 'spawn', 'ada', '--no-wait']],
    [['message', 'list']],
    [['broadcast', '--all', 'hello']],
    [['__complete', 'agents']],
    [['--version']],
    [['--help']],
  ])('%j', async (words) => {
    const modules = await listModules(...words);
    expect(modules.filter((path) => SLOW.test(path))).toEqual([]);
    expect(modules.some((path) => path.includes('/commander/'))).toBe(true);
  });

  it('while the test would notice', async () => {
    const modules = await listModules('config', 'show');
    expect(modules.some((path) => SLOW.test(path))).toBe(true);
  });
});
