import { chmodSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import type { MCP_CLIENTS } from './commands/mcp.ts';
import type { Context } from './context.ts';

type McpClient = (typeof MCP_CLIENTS)[number];

interface Form {
  /** Its file of the user, and that of a project. */
  user: string;
  project: string;
  /** The text with our server in it. Throws `REFUSED` for a text that cannot be changed safely. */
  change(text: string, words: readonly string[]): string;
}

const NAME = 'tmux-orchestrator';
const HOME = homedir();
const CONFIG = process.env.XDG_CONFIG_HOME ?? join(HOME, '.config');
const CODE =
  process.platform === 'darwin' ? join(HOME, 'Library/Application Support/Code') : join(CONFIG, 'Code');

const plain = ([command, ...args]: readonly string[]) => ({ command, args });
const typed = (words: readonly string[]) => ({ type: 'stdio', ...plain(words) });

/** Where each client keeps its servers, by its own documentation. */
const FORMS: Readonly<Record<McpClient, Form>> = {
  claude: { user: join(HOME, '.claude.json'), project: '.mcp.json', change: inJson('mcpServers', typed) },
  codex: {
    user: join(process.env.CODEX_HOME ?? join(HOME, '.codex'), 'config.toml'),
    project: '.codex/config.toml',
    change: inToml,
  },
  gemini: {
    user: join(HOME, '.gemini/settings.json'),
    project: '.gemini/settings.json',
    change: inJson('mcpServers', plain),
  },
  opencode: {
    user: join(CONFIG, 'opencode/opencode.json'),
    project: 'opencode.json',
    change: inJson('mcp', (words) => ({ type: 'local', command: words, enabled: true })),
  },
  vscode: {
    user: join(CODE, 'User/mcp.json'),
    project: '.vscode/mcp.json',
    change: inJson('servers', typed),
  },
};

/** Writes the command into the client's file. Throws `REFUSED` where that file is not understood; it stays as it is then. */
export function installMcp(
  { output }: Context,
  client: McpClient,
  { project, dryRun }: { project?: true; dryRun?: true },
): void {
  const form = FORMS[client];
  const path = follow(project ? join(process.cwd(), form.project) : form.user);
  const before = read(path);
  const after = form.change(before ?? '', [process.execPath, join(import.meta.dirname, 'main.js'), 'mcp']);
  const changed = after !== before;
  if (changed && !dryRun) write(path, after);
  const done = dryRun ? 'would write' : changed ? 'wrote' : 'nothing to do in';
  output.print({ client, path, changed, dryRun: dryRun === true }, () => [
    `${done} ${path}`,
    ...(dryRun ? ['', after.trimEnd()] : []),
  ]);
}

/** Files of settings are often links into a folder that is kept elsewhere: the link stays. */
function follow(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return path;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** With the mode that the file has. */
function write(path: string, text: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, text);
  if (mode !== undefined) chmodSync(path, mode & 0o777);
}

function inJson(key: string, describe: (words: readonly string[]) => object): Form['change'] {
  return (text, words) => {
    const entry = describe(words);
    const settings = text.trim() === '' ? {} : parse(text, { [key]: { [NAME]: entry } });
    const servers = settings[key] ?? {};
    if (!isRecord(servers)) throw notUnderstood(`its ${key} is no object`, { [key]: { [NAME]: entry } });
    if (JSON.stringify(servers[NAME]) === JSON.stringify(entry)) return text;
    const changed = { ...settings, [key]: { ...servers, [NAME]: entry } };
    return `${JSON.stringify(changed, null, /^\t/m.test(text) ? '\t' : 2)}\n`;
  };
}

function parse(text: string, wanted: object): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notUnderstood('it is not plain JSON (comments cannot be kept)', wanted);
  }
  if (isRecord(value)) return value;
  throw notUnderstood('it is no JSON object', wanted);
}

const TABLE = `mcp_servers.${NAME}`;

/** Takes our table out, and puts it at the end; the other lines stay. */
function inToml(text: string, words: readonly string[]): string {
  const [command = '', ...args] = words;
  const quoted = (one: string) => JSON.stringify(one);
  const table = `[${TABLE}]\ncommand = ${quoted(command)}\nargs = [${args.map(quoted).join(', ')}]\n`;
  if (text.includes(table)) return text;
  if (/^\s*mcp_servers\s*(?:=|\.)/m.test(text)) {
    throw new OrchestratorError(
      'REFUSED',
      'its mcp_servers are written in a form that cannot be changed here',
      {
        hint: `add this by hand:\n${table}`,
      },
    );
  }
  const others = text
    .replace(/^\[mcp_servers\.tmux-orchestrator\][^\n]*\n(?:(?![ \t]*\[)[^\n]*(?:\n|$))*/m, '')
    .trimEnd();
  return `${others === '' ? '' : `${others}\n\n`}${table}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notUnderstood(why: string, wanted: object): OrchestratorError {
  return new OrchestratorError('REFUSED', `the file is left as it is: ${why}`, {
    hint: `add this by hand: ${JSON.stringify(wanted)}`,
  });
}
