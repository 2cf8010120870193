import { OrchestratorError } from '../base/errors.ts';
import { EventChoice } from '../operations/events.ts';
import { type Answer, answerNothing, answerProblem, answerText, toResponse } from './answer.ts';
import {
  type App,
  type AppContext,
  type AppParts,
  describeRate,
  headersOf,
  requireVisitor,
} from './app-parts.ts';
import { openEventStream, readLastEventId } from './event-stream.ts';
import { describeApi } from './openapi.ts';
import { nameOf } from './operation-desk.ts';
import { readInput, readQuery } from './operation-input.ts';
import { invalidInput, makeProblem, problemOf } from './problem.ts';

/** What is no operation: it is not JSON, does not end, or tells of the program. Everybody who may read may have it. */
export const PAGE_PATHS = ['/readyz', '/metrics', '/openapi.json', '/v1/events'] as const;
type PagePath = (typeof PAGE_PATHS)[number];

interface Page {
  /** As it is counted and audited. */
  name: string;
  answer(context: AppContext, parts: AppParts): Response | Promise<Response>;
}

export function mountPages(app: App, parts: AppParts): void {
  let description: string | undefined;
  const pages: Readonly<Record<PagePath, Page>> = {
    '/readyz': { name: 'page.ready', answer: () => toResponse(answerReadiness(parts)) },
    '/metrics': { name: 'page.metrics', answer: () => answerMetrics(parts) },
    '/openapi.json': {
      name: 'page.openapi',
      answer: () => {
        description ??= JSON.stringify(describeApi());
        return toResponse(answerText(description, 'application/json'));
      },
    },
    '/v1/events': { name: 'page.events', answer: answerEvents },
  };
  for (const path of PAGE_PATHS) {
    const page = pages[path];
    app.get(path, async (context) => {
      const response = await answerPage(context, page, parts);
      parts.desk.house.metrics.countRequest(page.name, response.status);
      return response;
    });
  }
}

async function answerPage(context: AppContext, page: Page, parts: AppParts): Promise<Response> {
  const permit = { name: page.name, scope: 'read', effect: 'read' } as const;
  // The router takes HEAD for a GET whose content nobody reads: a stream would have nobody to end it.
  if (context.env.incoming.method !== 'GET') return toResponse(onlyGet());
  const headers: Record<string, string> = {};
  try {
    const errand = parts.desk.open(permit, requireVisitor(context, parts));
    headers['Request-Id'] = errand.id;
    Object.assign(headers, describeRate(await parts.desk.admit(errand)));
    const response = await page.answer(context, parts);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  } catch (error) {
    if (!(error instanceof OrchestratorError)) parts.onUnexpected(error, page.name);
    return toResponse(answerProblem(problemOf(error), { ...headers, ...headersOf(error, permit) }));
  }
}

function onlyGet(): Answer {
  const detail = 'only GET is done here';
  return answerProblem(makeProblem(405, { code: 'INVALID', detail }), { Allow: 'GET' });
}

function answerReadiness({ desk }: AppParts): Answer {
  const problem = desk.house.system.findProblem();
  return problem === undefined ? answerNothing() : answerProblem(problemOf(problem), { 'Retry-After': '1' });
}

async function answerMetrics({ desk }: AppParts): Promise<Response> {
  const { metrics } = desk.house;
  return toResponse(answerText(await metrics.render(), metrics.contentType));
}

function answerEvents(context: AppContext, parts: AppParts): Response {
  const { incoming, outgoing } = context.env;
  const reading = readInput({ input: EventChoice }, { params: {}, rest: readQuery(incoming.url ?? '') });
  if ('errors' in reading) return toResponse(answerProblem(invalidInput(reading.errors)));
  const { house } = parts.desk;
  const visitor = requireVisitor(context, parts);
  const { token } = visitor;
  const stream = openEventStream({
    live: house.events.live,
    filter: reading.input,
    lastEventId: readLastEventId(incoming.headers['last-event-id']),
    who: nameOf(visitor),
    isWelcome: token === null ? undefined : () => house.tokens.isValid(token),
    disconnect: () => outgoing.destroy(),
    signals: [context.req.raw.signal, parts.closing],
  });
  const { status, headers } = answerText('', 'text/event-stream');
  return new Response(stream, { status, headers });
}
