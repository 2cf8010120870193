import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceFacts } from '../../../src/host/service/service-facts.ts';
import {
  readPlistProgram,
  readUnitProgram,
  renderPlist,
  renderUnit,
} from '../../../src/host/service/service-text.ts';

const ROOT = join(import.meta.dirname, '../../..');
const UNITS = ['tmux-orchestrator.service', 'tmux-orchestrator-v252.service'];
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const FACTS: ServiceFacts = {
  node: '/usr/bin/node',
  main: '/usr/lib/node_modules/tmux-orchestrator/dist/cli/main.js',
  path: '/home/me/.local/bin:/usr/bin:/bin',
  uid: 1000,
  home: '/home/me',
  version: '1.2.3',
};
/** Paths with all that systemd, XML and shells would take for their own. */
const path = fc.stringMatching(/^\/[ -~é木]{0,40}$/);

describe.each(UNITS)('the unit %s', (name) => {
  const template = read(`systemd/${name}`);

  it('has no placeholder left when it is filled in', () => {
    expect(renderUnit(template, FACTS)).not.toMatch(/@[A-Z_]+@/);
  });

  it('gives back what was filled in, whatever it was', () => {
    fc.assert(
      fc.property(path, path, path, (node, main, folders) => {
        const text = renderUnit(template, { ...FACTS, node, main, path: folders });
        expect(readUnitProgram(text)).toEqual({ node, main, path: folders });
      }),
    );
  });

  it('doubles percent signs, which start a specifier, and the dollars of arguments', () => {
    const text = renderUnit(template, { ...FACTS, main: '/a $HOME/100%/"x"\\main.js' });
    expect(text).toContain('"/a $$HOME/100%%/\\"x\\"\\\\main.js"');
  });
});

it('refuses a path with a line feed, which would start a line of its own', () => {
  expect(() => renderUnit('ExecStart="@NODE@"', { ...FACTS, node: '/a\nExecStartPre=/bin/evil' })).toThrow(
    /cannot stand in a service file/,
  );
});

it('fails on a placeholder it knows nothing of', () => {
  expect(() => renderUnit('User=@WHO@', FACTS)).toThrow(/@WHO@/);
});

describe('the plist', () => {
  const template = read('launchd/io.github.tmux-orchestrator.plist');
  const filled = renderPlist(template, FACTS);

  it('is read by a plist reader as the keys that launchd.plist(5) knows, each of its type', () => {
    const value = parsePlist(filled);
    expect(checkKeys(value, KEYS)).toEqual([]);
    expect(value).toMatchObject({
      Label: 'io.github.tmux-orchestrator',
      ProgramArguments: [FACTS.node, FACTS.main, 'run', '--supervisor', 'launchd'],
      KeepAlive: { SuccessfulExit: false },
      RunAtLoad: true,
      EnvironmentVariables: { PATH: FACTS.path },
      Umask: 0o077,
      StandardOutPath: '/home/me/Library/Logs/tmux-orchestrator/worker.log',
    });
  });

  it('is valid against the DTD', () => {
    expect(validate(filled)).toBe(0);
  });

  it('gives back what was filled in, whatever it was', () => {
    fc.assert(
      fc.property(path, path, path, (node, main, folders) => {
        const text = renderPlist(template, { ...FACTS, node, main, path: folders });
        expect(readPlistProgram(text)).toEqual({ node, main, path: folders });
      }),
    );
  });

  it('holds & < and > as text', () => {
    const main = '/Users/a & b/<x>/main.js';
    const text = renderPlist(template, { ...FACTS, main });
    expect(validate(text)).toBe(0);
    expect(parsePlist(text)).toMatchObject({
      ProgramArguments: [FACTS.node, main, 'run', '--supervisor', 'launchd'],
    });
  });

  it.each([
    ['an element that does not end', (text: string) => text.replace('</dict>', '')],
    ['a tag that plists have not', (text: string) => text.replaceAll('string>', 'text>')],
    ['a bare ampersand', (text: string) => text.replace('/usr/bin/node', '/usr/bin & node')],
    ['a misspelt key', (text: string) => text.replace('KeepAlive', 'KeepAlife')],
    ['a number that is none', (text: string) => text.replace('<integer>10<', '<integer>ten<')],
    [
      'a value of another type',
      (text: string) => text.replace('<integer>10<', '<string>10<').replace('10</integer>', '10</string>'),
    ],
    [
      'a key without a value',
      (text: string) => text.replace('<key>RunAtLoad</key>\n  <true/>', '<key>RunAtLoad</key>'),
    ],
  ])('is found broken with %s', (_, breakIt) => {
    const broken = breakIt(filled);
    expect(broken).not.toBe(filled);
    expect(isSound(broken)).toBe(false);
  });
});

/** Types of launchd.plist(5) for the keys we use. A key that is not here is misspelt, or must be thought about first. */
const KEYS: Readonly<Record<string, (value: unknown) => boolean>> = {
  Label: isString,
  ProgramArguments: (value) => Array.isArray(value) && value.every(isString),
  RunAtLoad: isBoolean,
  KeepAlive: (value) => isDictionary(value) && checkKeys(value, { SuccessfulExit: isBoolean }).length === 0,
  ThrottleInterval: isInteger,
  ExitTimeOut: isInteger,
  AbandonProcessGroup: isBoolean,
  ProcessType: (value) => ['Background', 'Standard', 'Adaptive', 'Interactive'].includes(String(value)),
  LimitLoadToSessionType: isString,
  Umask: isInteger,
  WorkingDirectory: isString,
  EnvironmentVariables: (value) => isDictionary(value) && Object.values(value).every(isString),
  StandardInPath: isString,
  StandardOutPath: isString,
  StandardErrorPath: isString,
};

function checkKeys(
  value: Record<string, unknown>,
  keys: Readonly<Record<string, (value: unknown) => boolean>>,
): string[] {
  return Object.keys(value).filter((key) => keys[key]?.(value[key]) !== true);
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isInteger(value: unknown): boolean {
  return Number.isInteger(value);
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSound(text: string): boolean {
  if (validate(text) !== 0) return false;
  try {
    return checkKeys(parsePlist(text), KEYS).length === 0;
  } catch {
    return false;
  }
}

/** Exit code of xmllint: 0 for a document that is valid. The DTD is ours, so nothing is fetched. */
function validate(text: string): number | null {
  const dtd = join(ROOT, 'test/fixtures/plist.dtd');
  const { status, error } = spawnSync('xmllint', ['--nonet', '--noout', '--dtdvalid', dtd, '-'], {
    input: text,
  });
  if (error) throw error;
  return status;
}

/** Python has the only plist reader that every Debian machine has. */
function parsePlist(text: string): Record<string, unknown> {
  const program = 'import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', program], {
    input: text,
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
