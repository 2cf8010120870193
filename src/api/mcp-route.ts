import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server';
import { OrchestratorError } from '../base/errors.ts';
import { buildMcpServer } from '../mcp/mcp-server.ts';
import { find } from '../mcp/tools.ts';
import type { OperationName } from '../operations/routes.ts';
import type { OperationDesk } from './operation-desk.ts';
import { readInput } from './operation-input.ts';
import { invalidInput, problemOf } from './problem.ts';
import type { Visitor } from './visitor.ts';

/** Answers one request of the Model Context Protocol, of whoever the gate has let in. */
export type McpRoute = (request: Request, body: unknown, visitor: Visitor) => Promise<Response>;

/** Streamable HTTP without sessions, for clients of the revisions 2025-11-25 and 2026-07-28. Each call of a tool is a request of its own to the desk. */
export function createMcpRoute(desk: OperationDesk): McpRoute {
  const handler = createMcpHandler(({ authInfo }) => {
    const visitor = authInfo?.extra?.visitor as Visitor | undefined;
    if (visitor === undefined) throw new Error('the gate let somebody in whom it does not know');
    return buildMcpServer({
      scope: visitor.scope,
      call: (name, input) => countCall(desk, name, () => perform(desk, visitor, { name, input })),
    });
  });
  return (request, parsedBody, visitor) => {
    const { token, scope } = visitor;
    const authInfo: AuthInfo = { token: '', clientId: token ?? '', scopes: [scope], extra: { visitor } };
    return handler.fetch(request, { parsedBody, authInfo });
  };
}

interface Call {
  name: OperationName;
  input: Record<string, unknown>;
}

async function perform(desk: OperationDesk, visitor: Visitor, { name, input }: Call): Promise<object> {
  const errand = desk.open(find(name), visitor);
  await desk.admit(errand);
  const reading = readInput(errand.operation, { params: {}, rest: input });
  if ('errors' in reading) throw new OrchestratorError('INVALID', invalidInput(reading.errors).detail);
  return desk.perform(errand, { input: reading.input, signal: NEVER });
}

/** By the status that a route would have answered with. */
async function countCall<T>(
  { house }: OperationDesk,
  name: OperationName,
  call: () => Promise<T>,
): Promise<T> {
  try {
    const output = await call();
    house.metrics.countRequest(name, 200);
    return output;
  } catch (error) {
    house.metrics.countRequest(name, problemOf(error).status);
    throw error;
  }
}

/** Waits end by their own time limit. */
const NEVER = new AbortController().signal;
