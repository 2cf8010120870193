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
  'idempotency-key',
];

/** What a door lets in. */
export interface GateRules {
  /** Values of Host that are ours, in lower case: compared as they are, never parsed. */
  hosts: ReadonlySet<string>;
  /** Origins of web pages that were configured, exactly; usually none. */
  origins: ReadonlySet<string>;
}

/** Visible ASCII; a backslash would be taken for a slash further on. */
const PATH = /^\/[!"$-[\]-~]*$/;
/** However they are written: parsers of URLs resolve them, and the path would be another one than we looked at. */
const DOT_SEGMENT = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/** What forbids a request before anything of it is read, if anything does. */
export function findRefusal(head: RequestHead, rules: GateRules): Problem | undefined {
  const { target, httpVersion } = head;
  const headers = collect(head.rawHeaders);
  if (httpVersion !== '1.1') return bad(`HTTP/${httpVersion} is not spoken here, HTTP/1.1 is`);
  if (!PATH.test(target)) return bad('the target must be a path');
  if (DOT_SEGMENT.test(target)) return bad('the path must not hold . or ..');
  const twice = SINGLE_HEADERS.find((name) => (headers.get(name)?.length ?? 0) > 1);
  if (twice !== undefined) return bad(`header ${twice} is there twice`);
  if (!rules.hosts.has(headers.get('host')?.[0]?.toLowerCase() ?? '')) {
    return refuse(403, `header Host must be ${[...rules.hosts].join(' or ')}`);
  }
  if (isOfPage(headers) && !isOfAllowedPage(headers, rules)) {
    return refuse(403, 'requests of web pages are refused');
  }
  if (headers.has('upgrade')) return bad('there is nothing to upgrade to');
  const expectation = headers.get('expect')?.join() ?? '100-continue';
  return expectation.toLowerCase() === '100-continue'
    ? undefined
    : refuse(417, 'header Expect cannot be met');
}

/** What is wrong with the content that a request announces, once it is known who asks. */
export function findContentRefusal({ method, rawHeaders }: RequestHead): Problem | undefined {
  const headers = collect(rawHeaders);
  return method === 'POST' ? checkContent(headers) : checkNoContent(method, headers);
}

export interface Bearer {
  /** What was presented; undefined where nothing was. */
  token: string | undefined;
  /** What is wrong with how it was. */
  problem: Problem | undefined;
}

const BEARER = /^Bearer ([A-Za-z0-9_-]{20,200})$/;
/** Tokens in addresses stand in logs and histories. */
const TOKEN_IN_TARGET = /[?&][^=&]*(?:token|key|secret|auth)[^=&]*=|tmo_[0-9a-f]{12}_/i;

/** The one form in which a token counts: a single header `Authorization: Bearer TOKEN`. */
export function readBearer({ target, rawHeaders }: Pick<RequestHead, 'target' | 'rawHeaders'>): Bearer {
  if (TOKEN_IN_TARGET.test(target)) {
    return {
      token: undefined,
      problem: bad('a token must not stand in an address; rotate it if it was one'),
    };
  }
  const values = collect(rawHeaders).get('authorization') ?? [];
  if (values.length > 1) return { token: undefined, problem: bad('header authorization is there twice') };
  return { token: BEARER.exec(values[0] ?? '')?.[1], problem: undefined };
}

/** The `fetch` of node says `Sec-Fetch-Mode: cors` and no more; a browser never says that without `Sec-Fetch-Site` (Fetch Metadata, 2). */
function isOfPage(headers: Headers): boolean {
  const names = [...headers.keys()].filter((name) => BROWSER_HEADERS.test(name));
  const isNode = names.length === 1 && headers.get('sec-fetch-mode')?.join() === 'cors';
  return names.length > 0 && !isNode;
}

/** A configured page names itself; what its browser adds is not looked at then. */
function isOfAllowedPage(headers: Headers, { origins }: GateRules): boolean {
  const named = headers.get('origin') ?? [];
  return named.length === 1 && origins.has(named[0] ?? '');
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
