import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlDoor, openControlDoor } from '../helpers/control-door.ts';
import { NetworkRoom } from '../helpers/network-room.ts';
import { PATIENCE_MS } from '../helpers/until.ts';

const isRoot = process.getuid?.() === 0;
const WHY = isRoot ? '' : ' (skipped: only root can come as another user)';

/** Asks with what it is told over stdin; prints the status, or the code of the error. */
const ASK = `
const { request } = require('node:http');
process.stdin.once('data', (text) => {
  request({ method: 'GET', ...JSON.parse(text) }, (answer) => { console.log(answer.statusCode); process.exit(); })
    .on('error', ({ code }) => { console.log(code); process.exit(); })
    .end();
});`;

/** The same request as another user, and as ourselves. */
async function askAs(user: string | undefined, options: object): Promise<string> {
  const words = [process.execPath, '-e', ASK];
  const [program = '', ...rest] = user === undefined ? words : ['runuser', '-u', user, '--', ...words];
  const { stdout } = await execa(program, rest, {
    input: JSON.stringify(options),
    cwd: '/',
    timeout: PATIENCE_MS,
  });
  return stdout;
}

describe.runIf(isRoot)(`another user of this machine${WHY}`, () => {
  let room: NetworkRoom;
  let door: ControlDoor;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tmo-other-'));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'run'));
    room = await NetworkRoom.open();
    door = await openControlDoor(join(folder, 'run'));
  });
  afterAll(async () => {
    await room.close();
    await door.close();
    rmSync(folder, { recursive: true });
  });

  const withToken = () => ({
    ...{ host: '127.0.0.1', port: room.port, path: '/v1/agents' },
    headers: { authorization: `Bearer ${room.tokens.admin}` },
  });

  it('is refused at the network door with a token that counts', async () => {
    expect(await askAs(undefined, withToken())).toBe('200');
    expect(await askAs('nobody', withToken())).toBe('403');
    expect(room.effects).toBe(0);
  });

  it('learns no more from it with a wrong token, or none', async () => {
    const { headers: _, ...without } = withToken();
    expect(await askAs('nobody', without)).toBe('403');
    const wrong = `Bearer tmo_${'0'.repeat(12)}_${'A'.repeat(43)}`;
    expect(await askAs('nobody', { ...without, headers: { authorization: wrong } })).toBe('403');
  });

  it('cannot open the control socket, by its own mode and by that of its directory', async () => {
    const ask = { socketPath: door.path, path: '/v1/agents', headers: { host: 'localhost' } };
    expect(await askAs(undefined, ask)).toBe('200');
    expect(await askAs('nobody', ask)).toBe('EACCES');
    chmodSync(join(folder, 'run'), 0o755);
    expect(await askAs('nobody', ask)).toBe('EACCES');
    chmodSync(door.path, 0o666);
    chmodSync(join(folder, 'run'), 0o700);
    expect(await askAs('nobody', ask)).toBe('EACCES');
  });
});
