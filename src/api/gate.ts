import { makeProblem, type Problem } from './problem.ts';

/** The head of a request as it came over the wire. */
export interface RequestHead {
  method: string;
  target: string;
  httpVersion: string;
  /** Names and values in turn, as sent. */
  rawHeaders: readonly string[];
}

/** Browsers send these and cannot be kept from it: whoever sends one is a page, not a program of the user. */
const BROWSER_HEADERS = /^(?:origin|referer|sec-fetch-.*)$/;
/** A second one of these means that two programs on the way could understand the request differently. */
const SINGLE_HEADERS = [
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'tmux-orchestrator-pid',
];
const HOST = 'localhost';

/** Visible ASCII; a backslash would be taken for a slash further on. */
const PATH = /^\/[!"$-[\]-~]*$/;
/** However they are written: parsers of URLs resolve them, and the path would be another one than we looked at. */
const DOT_SEGMENT = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/** What forbids a request before anything of it is read, if anything does. */
export function findRefusal({ method, target, httpVersion, rawHeaders }: RequestHead): Problem | undefined {
  const headers = collect(rawHeaders);
  if (httpVersion !== '1.1') return bad(`HTTP/${httpVersion} is not spoken here, HTTP/1.1 is`);
  if (!PATH.test(target)) return bad('the target must be a path');
  if (DOT_SEGMENT.test(target)) return bad('the path must not hold . or ..');
  const twice = SINGLE_HEADERS.find((name) => (headers.get(name)?.length ?? 0) > 1);
  if (twice !== undefined) return bad(`header ${twice} is there twice`);
  if (headers.get('host')?.[0] !== HOST) return refuse(403, `header Host must be ${HOST}`);
  if ([...headers.keys()].some((name) => BROWSER_HEADERS.test(name))) {
    return refuse(403, 'requests of web pages are refused');
  }
  if (headers.has('upgrade')) return bad('there is nothing to upgrade to');
  const expectation = headers.get('expect')?.join() ?? '100-continue';
  if (expectation.toLowerCase() !== '100-continue') return refuse(417, 'header Expect cannot be met');
  return method === 'POST' ? checkContent(headers) : checkNoContent(method, headers);
}

const JSON_TYPE = /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i;

function checkContent(headers: Headers): Problem | undefined {
  if (headers.has('content-encoding')) return refuse(415, 'content must not be encoded');
  if (JSON_TYPE.test(headers.get('content-type')?.[0] ?? '')) return undefined;
  return refuse(415, 'content must be application/json');
}

function checkNoContent(method: string, headers: Headers): Problem | undefined {
  const length = headers.get('content-length')?.[0] ?? '0';
  return headers.has('transfer-encoding') || length !== '0'
    ? bad(`a ${method} request takes no content`)
    : undefined;
}

type Headers = ReadonlyMap<string, readonly string[]>;

function collect(rawHeaders: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[i + 1] ?? '']);
  }
  return headers;
}

function bad(detail: string): Problem {
  return makeProblem(400, { code: 'INVALID', detail });
}

function refuse(status: number, detail: string): Problem {
  return makeProblem(status, { code: status === 403 ? 'REFUSED' : 'INVALID', detail });
}
