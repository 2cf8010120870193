import { OrchestratorError } from '../base/errors.ts';

/** Variables of the service that every agent gets: who and where the user is, language, terminal, proxies, the sockets of the session. */
const PASSED =
  /^(?:HOME|USER|LOGNAME|SHELL|PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ|COLORTERM|XDG_[A-Z_]+|SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|(?:https?|all|no|ftp)_proxy|(?:HTTPS?|ALL|NO|FTP)_PROXY)$/;

/** What tmux itself gives every pane. */
export const TMUX_VARIABLES: readonly string[] = [
  'TERM',
  'TERM_PROGRAM',
  'TERM_PROGRAM_VERSION',
  'TMUX',
  'TMUX_PANE',
];

/** Tells processes of an agent apart from others, whatever becomes of its pane; and tells the agent who it is. */
export const AGENT_VARIABLE = 'TMUX_ORCHESTRATOR_AGENT';

/** Loaders, interpreters, shells and git run code that these name; the others are ours, tmux's or the service manager's. */
const REFUSED =
  /^(?:LD_.*|DYLD_.*|GCONV_PATH|LOCPATH|NODE_(?:OPTIONS|PATH|REPL_EXTERNAL_MODULE)|ELECTRON_RUN_AS_NODE|BUN_.*|DENO_.*|BASH_ENV|BASH_FUNC_.*|ENV|ZDOTDIR|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|IFS|CDPATH|PYTHON.*|PERL.*|RUBY(?:OPT|LIB)|GEM_.*|LUA_(?:INIT|PATH|CPATH).*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH|GIT_.*|LESSOPEN|LESSCLOSE|PATH|SHELL|TERM|TERM_PROGRAM.*|TMUX.*|NOTIFY_SOCKET|LISTEN_.*|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_.*|MANAGERPID)$/i;

/** Of these a tmux server that we start gets what there is: nothing that could be a secret, as they may stand in a command line. */
const OF_SERVER = /^(?:HOME|USER|LOGNAME|SHELL|PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ|XDG_[A-Z_]+|TMUX_TMPDIR)$/;

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const VALUE_BYTES_MAX = 4_096;

/** What an environment is made of; later parts win. */
export interface EnvironmentParts {
  /** The service's own; only some of it is passed on. */
  service: NodeJS.ProcessEnv;
  /** Names of further variables of the service. */
  extraNames: readonly string[];
  profile: Readonly<Record<string, string>>;
  /** Of the role and of the agent itself. */
  own: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  agent: string;
}

/** Built from nothing: what is not named here does not reach the agent. Throws `INVALID`, field `env.NAME`. */
export function buildEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { service, extraNames, profile, own, secrets, agent } = parts;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(service)) {
    const passed = PASSED.test(name) || (extraNames.includes(name) && !REFUSED.test(name));
    if (passed && value !== undefined && isPlain(value)) environment[name] = value;
  }
  for (const part of [profile, own, secrets]) {
    for (const [name, value] of Object.entries(part)) environment[name] = checkVariable(name, value);
  }
  return { ...environment, [AGENT_VARIABLE]: agent };
}

/** For a tmux server that we start. Agents get theirs one by one, whatever the server has. */
export function buildServerEnvironment(service: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(service).flatMap(([name, value]) =>
    OF_SERVER.test(name) && value !== undefined && isPlain(value) ? [[name, value] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** Gives the value back. Throws `INVALID` for names that may not be set and values that cannot be. */
export function checkVariable(name: string, value: string): string {
  checkVariableName(name);
  if (isPlain(value)) return value;
  throw invalid(name, 'its value holds a line break or NUL, or is longer than 4 KiB');
}

export function checkVariableName(name: string): string {
  if (!NAME.test(name)) throw invalid(name, 'this is no name of a variable');
  if (REFUSED.test(name)) {
    throw invalid(
      name,
      'it may not be set: programs load or run what it names, or it belongs to tmux or to the service',
    );
  }
  return name;
}

function isPlain(value: string): boolean {
  return Buffer.byteLength(value) <= VALUE_BYTES_MAX && !/[\0\r\n]/.test(value);
}

function invalid(name: string, why: string): OrchestratorError {
  return new OrchestratorError(
    'INVALID',
    `variable ${JSON.stringify(name.slice(0, 64))} is refused: ${why}`,
    {
      field: `env.${name.slice(0, 64)}`,
      hint: 'leave it out, or set it in a wrapper program of your own that a profile names',
    },
  );
}
