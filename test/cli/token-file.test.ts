import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI } from '../helpers/cli-room.ts';
import { privateTmux } from '../helpers/private-tmux.ts';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';
import { until } from '../helpers/until.ts';

let room: ServedRoom;
let secret: string;
let file: string;
beforeEach(async () => {
  room = await openServedRoom();
  secret = (await room.run('token', 'create', '--scope', 'message', '--agent', 'ada')).stdout.trim();
  file = join(room.folder, 'ada.token');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
});
afterEach(() => room.close());

const ADA = expect.objectContaining({ kind: 'agent', name: 'ada' });
const senders = () => room.door.house.calls.map(({ by }) => by);

describe('--token-file', () => {
  it('makes a command who the token says, wherever it stands on the line', async () => {
    await room.run('--token-file', file, 'agent', 'send', 'claude-3', 'hello');
    await room.run('agent', 'send', 'claude-3', 'hello', '--token-file', file);
    expect(senders()).toEqual([ADA, ADA]);
  });

  it('reads the first line of standard input, and leaves the rest to the command', async () => {
    const words = ['--token-file', '-', 'agent', 'send', 'claude-3'];
    await room.pipe(secret, ...words, 'hello');
    await room.pipe(`${secret}\r\nthe text\nin two lines`, ...words, '-');
    expect(senders()).toEqual([ADA, ADA]);
    expect(room.door.house.calls[1]?.input).toMatchObject({ text: 'the text\nin two lines' });
  });

  it('leaves the Model Context Protocol what follows the token', async () => {
    const clientInfo = { name: 'a client', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const hello = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const { stdout } = await room.pipe(`${secret}\n${hello}\n`, 'mcp', '--token-file', '-');
    expect(JSON.parse(stdout)).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } });
  });

  it('waits for a token that is written slowly', async () => {
    const command = execa(process.execPath, [CLI, '--token-file', '-', 'agent', 'send', 'claude-3', 'x'], {
      ...{ env: room.env, extendEnv: false },
    });
    for (const part of [secret.slice(0, 10), secret.slice(10), '\n']) {
      command.stdin.write(part);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await until(() => room.door.house.calls.length === 1);
    expect(senders()).toEqual([ADA]);
    command.stdin.end();
    await command;
  });

  it('has the scope of the token and no more', async () => {
    const { code, stderr } = await room.run('agent', 'stop', 'claude-3', '--token-file', file);
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringContaining('agent.stop needs scope control'),
    });
  });

  it.each([[['agent', 'send', 'claude-3', 'hello']], [['events', '--follow']]])(
    'is refused by %s once the token is revoked',
    async (words) => {
      await room.run('token', 'revoke', secret.split('_')[1] ?? '');
      const { code, stderr } = await room.run(...words, '--token-file', file);
      expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('revoked') });
    },
  );

  it.each([
    ['another may read', () => chmodSync(file, 0o640), 'others may read it'],
    ['is a link', () => symlinkSync('ada.token', join(room.folder, 'link')), 'symbolic link'],
    ['holds none', () => writeFileSync(file, ''), 'there is no token'],
    ['holds something else', () => writeFileSync(file, 'a\tb\u001b[2J'), 'what is there is no token'],
  ])('refuses a file that %s', async (what, change, why) => {
    change();
    const named = what === 'is a link' ? join(room.folder, 'link') : file;
    const { code, stderr } = await room.run('agent', 'send', 'claude-3', 'hello', '--token-file', named);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
    expect(stderr).not.toContain('\u001b');
    expect(room.door.house.calls).toEqual([]);
  });

  it.each([
    ['is empty', '', 'there is no token'],
    ['begins with a long line', 'x'.repeat(300), 'no token'],
  ])('refuses standard input that %s', async (_, input, why) => {
    const { code, stderr } = await room.pipe(input, 'status', '--token-file', '-');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
  });

  it('does not have it typed on a terminal, which would show it', async () => {
    const tmux = await privateTmux();
    try {
      const line = `env -i PATH=${room.env.PATH} HOME=${room.folder} ${process.execPath} ${CLI} status --token-file -; sleep 30`;
      await tmux.run('new-session', '-d', '-x', '200', line);
      await until(async () =>
        (await tmux.run('capture-pane', '-p')).includes('standard input is a terminal'),
      );
    } finally {
      await tmux.close();
    }
  });
});
