import type { Problem } from './problem.ts';

/** On every answer: nothing is to be kept, guessed at, framed or run. No header ever lets another origin in. */
const HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | null;
}

/** Of outputs that are given more than once, which is only done as long as nothing has changed. */
const texts = new WeakMap<object, string>();

export function answerWith(value: object): Answer {
  const body = texts.get(value) ?? JSON.stringify(value);
  texts.set(value, body);
  return { status: 200, headers: { ...HEADERS, 'Content-Type': 'application/json' }, body };
}

/** What is text already. */
export function answerText(body: string, type: string): Answer {
  return { status: 200, headers: { ...HEADERS, 'Content-Type': type }, body };
}

export function answerNothing(): Answer {
  return { status: 204, headers: { ...HEADERS }, body: null };
}

export function answerProblem(problem: Problem, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: problem.status,
    headers: { ...HEADERS, 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify(problem),
  };
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers });
}

/** For a connection on which HTTP has failed: the answer as bytes, and the connection ends behind it. */
export function toBytes({ status, headers, body }: Answer, title: string): string {
  const text = body ?? '';
  const lines = Object.entries({
    ...headers,
    'Content-Length': String(Buffer.byteLength(text)),
    Connection: 'close',
  });
  return `HTTP/1.1 ${status} ${title}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`;
}
