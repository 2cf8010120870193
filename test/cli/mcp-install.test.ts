import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, type CliRoom, openCliRoom } from '../helpers/cli-room.ts';

const NAME = 'tmux-orchestrator';
let room: CliRoom;

beforeEach(() => {
  room = openCliRoom();
});

afterEach(() => room.close());

const run = (...words: string[]) => room.run('mcp', 'install', ...words);
const read = (path: string) => readFileSync(join(room.folder, path), 'utf8');

function put(path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(join(room.folder, path)), { recursive: true });
  writeFileSync(join(room.folder, path), text, { mode });
}

const WORDS = [process.execPath, CLI, 'mcp'];
const [command, ...args] = WORDS;

describe('mcp install', () => {
  it.each([
    ['claude', 'home/.claude.json', { mcpServers: { [NAME]: { type: 'stdio', command, args } } }],
    ['gemini', 'home/.gemini/settings.json', { mcpServers: { [NAME]: { command, args } } }],
    [
      'opencode',
      'config/opencode/opencode.json',
      { mcp: { [NAME]: { type: 'local', command: WORDS, enabled: true } } },
    ],
    ['vscode', 'config/Code/User/mcp.json', { servers: { [NAME]: { type: 'stdio', command, args } } }],
  ])('writes the settings of %s, and keeps what stands there', async (client, path, wanted) => {
    put(path, '{"theme":"dark","mcpServers":{"other":{"command":"x"}}}', 0o640);
    expect((await run(client)).code).toBe(0);
    const settings = JSON.parse(read(path));
    expect(settings).toMatchObject({ theme: 'dark', mcpServers: { other: { command: 'x' } }, ...wanted });
    expect(statSync(join(room.folder, path)).mode & 0o777).toBe(0o640);
    const before = read(path);
    expect((await run(client)).stdout).toContain('nothing to do');
    expect(read(path)).toBe(before);
  });

  it('puts its table into the settings of codex, and takes out its old one only', async () => {
    put(
      'home/.codex/config.toml',
      `model = "x" # mine\n\n[mcp_servers.${NAME}]\ncommand = "old"\n\n[mcp_servers.other]\ncommand = "y"\n`,
    );
    await run('codex');
    expect(read('home/.codex/config.toml')).toBe(
      `model = "x" # mine\n\n[mcp_servers.other]\ncommand = "y"\n\n[mcp_servers.${NAME}]\ncommand = "${command}"\nargs = ["${CLI}", "mcp"]\n`,
    );
    expect((await run('codex')).stdout).toContain('nothing to do');
  });

  it.each([
    ['claude', 'home/.claude.json', '{ // mine\n}'],
    ['claude', 'home/.claude.json', '[]'],
    ['claude', 'home/.claude.json', '{"mcpServers":[]}'],
    ['codex', 'home/.codex/config.toml', 'mcp_servers = { other = { command = "x" } }\n'],
  ])(
    'leaves a file of %s alone that it does not understand, and says what to add',
    async (client, path, text) => {
      put(path, text);
      const { code, stderr } = await run(client);
      expect([code, read(path)]).toEqual([5, text]);
      expect(stderr).toContain('add this by hand');
      expect(stderr).toContain(NAME);
    },
  );

  it('keeps a link to a file that lies elsewhere', async () => {
    put('dotfiles/claude.json', '{}');
    mkdirSync(join(room.folder, 'home'));
    symlinkSync(join(room.folder, 'dotfiles/claude.json'), join(room.folder, 'home/.claude.json'));
    await run('claude');
    expect(lstatSync(join(room.folder, 'home/.claude.json')).isSymbolicLink()).toBe(true);
    expect(read('dotfiles/claude.json')).toContain(NAME);
  });

  it('writes nothing with --dry-run, and refuses other clients', async () => {
    expect((await run('claude', '--dry-run')).stdout).toContain('mcpServers');
    expect(existsSync(join(room.folder, 'home/.claude.json'))).toBe(false);
    expect((await run('emacs')).code).toBe(2);
  });
});
