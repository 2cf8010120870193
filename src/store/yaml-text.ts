import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { findNearMiss } from '../base/near-miss.ts';
import { cleanLine } from '../base/text.ts';

interface YamlText {
  /** For messages. */
  path: string;
  text: string;
  /** Keys that a misspelt one may have been meant for. */
  keys: readonly string[];
}

/** Reads YAML by a schema. Throws `INVALID` that names file, line and field. */
export function parseYamlBy<T>({ path, text, keys }: YamlText, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = readDocument(path, text, lines);
  const result = schema.safeParse(readValues(path, document));
  if (result.success) return result.data;
  const { field, node, message } = describe(result.error.issues[0], document, keys);
  const { line } = lines.linePos(offsetOf(node) ?? 0);
  throw invalid(path, `${path}:${Math.max(line, 1)}: ${field === '' ? '' : `${field}: `}${message}`, {
    field,
  });
}

/** By far the most frequent slip. */
const QUOTES = 'mend it; a text with a colon and a blank in it, or with #, needs quotes';

function readDocument(path: string, text: string, lineCounter: LineCounter): Document.Parsed {
  if (isTooDeep(text)) throw invalid(path, `${path}: nested too deeply`);
  // The library's own look for keys that are there twice takes 25 seconds for a file of 220 KiB.
  const document = parseDocument(text, { lineCounter, prettyErrors: true, uniqueKeys: false });
  const error = document.errors[0];
  if (error !== undefined) {
    const what = error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '');
    throw invalid(path, `${path}:${error.linePos?.[0].line ?? 1}: ${what}`, { hint: QUOTES });
  }
  checkKeys(path, document, lineCounter);
  return document;
}

const DEPTH_MAX = 100;
/** Lists in lists in one line, and what else opens something without a bracket. */
const NESTED_LINE = /^[\t ]*(?:(?:[-?]|[!&]\S*)[\t ]+){30}/m;

/** Roughly, and before it is parsed: to run out of stack takes the parser most of a second, and a folder may hold many such files. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > DEPTH_MAX) return true;
  }
  return NESTED_LINE.test(text);
}

function checkKeys(path: string, document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) continue;
        if (seen.has(name)) throw twice(path, name, lines.linePos(offsetOf(key) ?? 0).line);
        seen.add(name);
      }
    },
  });
}

function twice(path: string, name: string, line: number): OrchestratorError {
  return invalid(path, `${path}:${line}: ${name} is there twice`, { field: name });
}

/** An alias of an alias of an alias can mean a billion values; the library refuses that when values are made. */
function readValues(path: string, document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalid(path, `${path}: ${messageOf(error)}`);
  }
}

function describe(issue: z.core.$ZodIssue | undefined, document: Document.Parsed, keys: readonly string[]) {
  const path = issue?.path ?? [];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const whole = unknown === undefined ? path : [...path, unknown];
  const near = unknown === undefined ? undefined : findNearMiss(unknown, keys);
  const message =
    unknown === undefined
      ? lowerFirst(issue?.message ?? 'cannot be understood')
      : `is unknown${near === undefined ? '' : `; did you mean ${near}?`}`;
  return { field: whole.map(String).join('.'), node: findNode(document, whole), message };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The key or list item at a path, and where that is missing the nearest one above it. */
function findNode(document: Document.Parsed, path: readonly PropertyKey[]): unknown {
  for (let length = path.length; length > 0; length--) {
    const above = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const key = isMap(above)
      ? above.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(last))?.key
      : document.getIn(path.slice(0, length), true);
    if (isNode(key)) return key;
  }
  return document.contents;
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function invalid(
  path: string,
  message: string,
  detail: { field?: string; hint?: string } = {},
): OrchestratorError {
  const { field = '', hint = `mend it: ${cleanLine(path, 300)}` } = detail;
  return new OrchestratorError('INVALID', cleanLine(message, 500), {
    ...(field === '' ? {} : { field }),
    hint,
  });
}
