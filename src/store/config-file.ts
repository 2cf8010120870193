import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { hasErrorCode, messageOf, OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import { CONFIG_KEYS, type Config, ConfigSchema, variableOf } from '../model/config.ts';
import { type Profile, ProfileSchema } from '../model/profile.ts';

/** The configuration in force and where each value came from (`default`, `environment NAME`, `FILE:LINE`, `flag`). */
export interface LoadedConfig {
  config: Config;
  origins: ReadonlyMap<string, string>;
  /** Profiles of the user's own, from `profiles/*.yaml`. */
  profiles: Profile[];
}

interface ConfigSource {
  /** The directory of the user's files. */
  directory: string;
  /** Another file in place of its `config.yaml`; must exist. */
  file?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Values of command line flags by key. */
  flags?: Readonly<Record<string, unknown>>;
}

/** Names with our prefix that are no configuration keys. */
const OTHER_VARIABLES = ['TMUX_ORCHESTRATOR_CONFIG'];

/** Reads the configuration: flags before environment before file before defaults. Throws `CONFIG` naming file, line and key. */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const origins = new Map<string, string>(CONFIG_KEYS.map((key) => [key, 'default']));
  const values: Record<string, Record<string, unknown>> = {};
  const put = (key: string, value: unknown, origin: string) => {
    const [section = '', name = ''] = key.split('.');
    values[section] = { ...values[section], [name]: value };
    origins.set(key, origin);
  };
  readFileValues(source, put);
  readVariables(source.env, put);
  for (const [key, value] of Object.entries(source.flags ?? {})) {
    if (value !== undefined) put(key, value, 'flag');
  }
  const result = ConfigSchema.safeParse(values);
  if (!result.success) throw explainIssue(result.error.issues[0], origins);
  checkSocketChoice(result.data, origins);
  return { config: result.data, origins, profiles: readProfiles(join(source.directory, 'profiles')) };
}

type Put = (key: string, value: unknown, origin: string) => void;

function readFileValues(source: ConfigSource, put: Put): void {
  const path = source.file ?? join(source.directory, 'config.yaml');
  const text = readOptional(path, source.file !== undefined);
  if (text === undefined) return;
  const lines = new LineCounter();
  const document = parseYaml(path, text, lines);
  if (document.contents === null) return;
  if (!isMap(document.contents)) throw broken(`${path}: must be a list of sections (watch:, tmux:, …)`);
  for (const section of document.contents.items) {
    const sectionName = String(section.key);
    if (!isMap(section.value)) {
      checkKey(sectionName, `${path}:${lineOf(section.key, lines)}`);
      continue;
    }
    for (const pair of section.value.items) {
      const key = `${sectionName}.${String(pair.key)}`;
      const origin = `${path}:${lineOf(pair.key, lines)}`;
      checkKey(key, origin);
      put(key, (pair.value as { toJSON?(): unknown } | null)?.toJSON?.() ?? null, origin);
    }
  }
}

function lineOf(node: unknown, lines: LineCounter): number {
  const range = (node as { range?: [number, number, number] }).range;
  return lines.linePos(range?.[0] ?? 0).line;
}

function parseYaml(path: string, text: string, lineCounter: LineCounter) {
  const document = parseDocument(text, { lineCounter, prettyErrors: true });
  const error = document.errors[0];
  if (error !== undefined) throw broken(`${path}: ${error.message.split('\n')[0]}`);
  return document;
}

function readVariables(env: NodeJS.ProcessEnv, put: Put): void {
  const keys = new Map(CONFIG_KEYS.map((key) => [variableOf(key), key]));
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('TMUX_ORCHESTRATOR_') || value === undefined || OTHER_VARIABLES.includes(name))
      continue;
    const key = keys.get(name);
    if (key === undefined)
      throw unknown(`environment variable ${name}`, findNearMiss(name, [...keys.keys()]));
    put(key, /^-?\d+$/.test(value) ? Number(value) : value, `environment ${name}`);
  }
}

function checkKey(key: string, origin: string): void {
  if (CONFIG_KEYS.includes(key)) return;
  const sections = Object.keys(ConfigSchema.shape);
  if (sections.includes(key))
    throw broken(
      `${origin}: ${key} must hold keys of its own, for example ${CONFIG_KEYS.find((one) => one.startsWith(`${key}.`))}`,
    );
  throw unknown(`${origin}: key ${key}`, findNearMiss(key, [...CONFIG_KEYS, ...sections]));
}

function unknown(what: string, near: string | undefined): OrchestratorError {
  return new OrchestratorError('CONFIG', `${what} is unknown`, {
    hint: near === undefined ? 'see all keys with: tmux-orchestrator config show' : `did you mean ${near}?`,
  });
}

function explainIssue(
  issue: z.core.$ZodIssue | undefined,
  origins: ReadonlyMap<string, string>,
): OrchestratorError {
  const key = issue?.path.join('.') ?? '';
  return broken(`${key} (from ${origins.get(key) ?? 'unknown'}): ${issue?.message}`);
}

/** A name and a path of the same rank contradict each other. */
function checkSocketChoice({ tmux }: Config, origins: ReadonlyMap<string, string>): void {
  if (tmux.socketName === undefined || tmux.socketPath === undefined) return;
  const ranks = ['tmux.socketName', 'tmux.socketPath'].map((key) => rankOf(origins.get(key)));
  if (ranks[0] === ranks[1]) throw broken('tmux.socketName and tmux.socketPath are both set');
  if ((ranks[0] ?? 0) > (ranks[1] ?? 0)) delete tmux.socketPath;
  else delete tmux.socketName;
}

function rankOf(origin: string | undefined): number {
  if (origin === 'flag') return 3;
  return origin?.startsWith('environment ') ? 2 : 1;
}

function readProfiles(directory: string): Profile[] {
  return listFolder(directory)
    .filter((file) => /^[^.].*\.ya?ml$/.test(file))
    .sort()
    .map((file) => readProfile(join(directory, file)));
}

function readProfile(path: string): Profile {
  const document = parseYaml(path, readOptional(path, true) ?? '', new LineCounter());
  const result = ProfileSchema.safeParse(document.toJSON());
  if (result.success) return result.data;
  throw broken(`${path}: ${z.prettifyError(result.error).split('\n').slice(0, 2).join(' ')}`);
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw broken(`${path}: ${messageOf(error)}`);
  }
}

function readOptional(path: string, required: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') && !required) return undefined;
    throw broken(`${path}: ${messageOf(error)}`);
  }
}

function broken(message: string): OrchestratorError {
  return new OrchestratorError('CONFIG', message, {
    hint: 'mend it, then check with: tmux-orchestrator config show',
  });
}
