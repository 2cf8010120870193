import { OrchestratorError } from '../../base/errors.ts';
import { sealText } from './seal.ts';
import type { ServiceFacts } from './service-facts.ts';

const PLACEHOLDER = /@([A-Z_]+)@/g;

/** Fills a unit of `systemd/`, whose placeholders stand inside double quotes, and seals it. */
export function renderUnit(template: string, facts: ServiceFacts): string {
  const { node, main, path, uid, version } = facts;
  const values = {
    NODE: escapeUnitWord(node),
    // Only in arguments does systemd expand $NAME; in the path of the program and in Environment= a dollar is a dollar.
    MAIN: escapeUnitWord(main).replaceAll('$', '$$$$'),
    PATH: escapeUnitWord(path),
    UID: String(uid),
  };
  return sealText(fillTemplate(template, values), { version, form: 'unit' });
}

/** Fills the plist of `launchd/` and seals it. */
export function renderPlist(template: string, facts: ServiceFacts): string {
  const { node, main, path, home, version } = facts;
  const values = { NODE: node, MAIN: main, PATH: path, HOME: home };
  const escaped = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapeXml(value)]));
  return sealText(fillTemplate(template, escaped), { version, form: 'plist' });
}

/** What a file of ours runs, and with which PATH. */
export interface Program {
  node: string;
  main: string;
  path: string;
}

/** Reads back what was filled in; nothing where the file reads otherwise. */
export function readUnitProgram(text: string): Program | undefined {
  const [, node, main] = /^ExecStart="((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"/m.exec(text) ?? [];
  const [, path] = /^Environment="PATH=((?:[^"\\]|\\.)*)"$/m.exec(text) ?? [];
  if (node === undefined || main === undefined || path === undefined) return undefined;
  return {
    node: unescapeUnitWord(node),
    main: unescapeUnitWord(main.replaceAll('$$', '$')),
    path: unescapeUnitWord(path),
  };
}

/** The same of a plist. */
export function readPlistProgram(text: string): Program | undefined {
  const words = /<key>ProgramArguments<\/key>\s*<array>\s*<string>([^<]*)<\/string>\s*<string>([^<]*)</.exec(
    text,
  );
  const path = /<key>PATH<\/key>\s*<string>([^<]*)</.exec(text)?.[1];
  const [, node, main] = words ?? [];
  if (node === undefined || main === undefined || path === undefined) return undefined;
  return { node: unescapeXml(node), main: unescapeXml(main), path: unescapeXml(path) };
}

function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`template has a placeholder without a value: ${placeholder}`);
    return value;
  });
}

/** systemd.syntax(7): a word in double quotes, C escapes, and `%` for specifiers. */
function escapeUnitWord(word: string): string {
  refuseControls(word);
  return word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%');
}

function unescapeUnitWord(word: string): string {
  return word.replaceAll('%%', '%').replace(/\\(.)/g, '$1');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escapeXml(text: string): string {
  refuseControls(text);
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

function unescapeXml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A line feed in a path would start a line of the unit of its own; XML 1.0 cannot hold most of them at all. */
function refuseControls(text: string): void {
  if (!/[\u0000-\u001f\u007f]/.test(text)) return;
  throw new OrchestratorError('CONFIG', `${JSON.stringify(text)} cannot stand in a service file`, {
    hint: 'a path or PATH holds a control character: rename it, or clean PATH',
  });
}
