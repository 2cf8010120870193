import { z } from 'zod';
import { readOwnVersion } from '../base/version.ts';
import { AgentSchema } from '../model/agent.ts';
import { EvidenceSchema } from '../model/ending.ts';
import { EventSchema } from '../model/event.ts';
import { EventChoice } from '../operations/events.ts';
import { MessageView } from '../operations/fields.ts';
import type { Operation } from '../operations/operation.ts';
import { OPERATIONS } from '../operations/table.ts';

type Schema = Record<string, unknown>;

/** What several answers hold, described once. */
const SHARED: Readonly<Record<string, z.ZodType>> = {
  Agent: AgentSchema,
  Message: MessageView,
  Evidence: EvidenceSchema,
  Event: EventSchema,
};

/** OpenAPI 3.1 of everything that the doors take, made from the table of operations. */
export function describeApi(operations: readonly Operation[] = OPERATIONS): object {
  const outputs = describeOutputs(operations);
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = `/v1${operation.path}`;
    paths[path] = {
      ...paths[path],
      [operation.method.toLowerCase()]: describeOperation(operation, outputs.of(operation.name)),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'tmux-orchestrator',
      version: readOwnVersion(),
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://localhost', description: 'the control socket, or the network door' }],
    tags: [...new Set(operations.map(tagOf))].map((name) => ({ name })),
    paths: { ...paths, ...describePages() },
    components: { ...COMPONENTS, schemas: { ...outputs.shared, Problem: PROBLEM } },
  };
}

const ABOUT = [
  'Looks after AI coding agents in tmux. On the control socket, `$XDG_RUNTIME_DIR/tmux-orchestrator/control.sock`, the caller is the user of the machine and needs no token;',
  'on the network door every request but `/healthz` needs one. The scopes `read`, `message`, `control` and `admin` each hold those before them.',
  'Texts of screens, titles, dialogs and answers come from agents and are not to be trusted.',
].join(' ');

interface Outputs {
  shared: Record<string, Schema>;
  of(name: string): Schema;
}

/** The schemas of all answers; what is shared stands in them as references. */
function describeOutputs(operations: readonly Operation[]): Outputs {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SHARED)) registry.add(schema, { id });
  // Wrapped, because two operations may answer with one schema, and some with one that is shared.
  for (const { name, output } of operations) registry.add(z.object({ output }), { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    ...{ io: 'output', unrepresentable: 'any' },
    uri: (id) => `#/components/schemas/${id}`,
    // Fields may be added within a version: a client must not take them for a fault.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return {
    shared: Object.fromEntries(Object.keys(SHARED).map((id) => [id, strip(schemas[id] ?? {})])),
    of: (name) => (schemas[name]?.properties?.output ?? {}) as Schema,
  };
}

/** Which dialect it is says the document, and where it stands its place in it. */
function strip({ $schema: _, $id: __, ...schema }: Schema): Schema {
  return schema;
}

function describeOperation(operation: Operation, output: Schema): object {
  const { name, summary, scope, effect, method, socketOnly } = operation;
  const { properties, required, whole } = describeInput(operation.input);
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key ?? '');
  const rest = Object.keys(properties).filter((key) => !inPath.includes(key));
  const parameter = (place: 'path' | 'query') => (key: string) =>
    describeParameter(key, place, properties[key] ?? {}, required.includes(key));
  const repeats = effect === 'read' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }];
  const isPost = method === 'POST';
  return {
    operationId: name,
    tags: [tagOf(operation)],
    summary,
    description: describePermission(operation),
    security: socketOnly ? [{}] : [{}, { token: [scope] }],
    'x-scope': scope,
    'x-effect': effect,
    parameters: [
      ...inPath.map(parameter('path')),
      ...(isPost ? [] : rest.map(parameter('query'))),
      ...repeats,
    ],
    ...(isPost ? { requestBody: describeBody({ properties, required, whole }, rest) } : {}),
    responses: {
      '200': {
        description: 'done',
        headers: HEADERS,
        content: { 'application/json': { schema: output } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function tagOf({ name }: Pick<Operation, 'name'>): string {
  return name.split('.')[0] ?? name;
}

const EFFECTS = {
  read: 'Changes nothing.',
  write: 'Changes something.',
  destructive: 'Ends or removes something.',
} as const;

function describePermission({ scope, effect, socketOnly }: Operation): string {
  const who = socketOnly
    ? 'Only for the user of the machine, on the control socket: no token does.'
    : `Needs a token with scope \`${scope}\` or more on the network door.`;
  return `${who} ${EFFECTS[effect]}`;
}

interface Input {
  properties: Record<string, Schema>;
  required: readonly string[];
  whole: Schema;
}

function describeInput(schema: z.ZodObject): Input {
  const whole = strip(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const { properties = {}, required = [] } = whole as Partial<Input>;
  return { properties, required, whole };
}

function describeParameter(
  name: string,
  place: 'path' | 'query',
  { description, ...schema }: Schema,
  required: boolean,
): object {
  const said = description === undefined ? {} : { description };
  return { name, in: place, required: place === 'path' || required, ...said, schema };
}

function describeBody({ properties, required, whole }: Input, keys: readonly string[]): object {
  const schema = {
    ...whole,
    properties: Object.fromEntries(keys.map((key) => [key, properties[key]])),
    required: required.filter((key) => keys.includes(key)),
  };
  return { required: true, content: { 'application/json': { schema } } };
}

const HEADERS = {
  'Request-Id': { $ref: '#/components/headers/RequestId' },
  RateLimit: { $ref: '#/components/headers/RateLimit' },
};

const PROBLEM: Schema = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'what was wrong' },
    code: { type: 'string', description: 'what programs should look at, for example NOT_FOUND' },
    hint: { type: 'string', description: 'the next step' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'which input: a JSON pointer, as #/members/2/name' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

const COMPONENTS = {
  securitySchemes: {
    token: {
      type: 'http',
      scheme: 'bearer',
      description: 'made with `tmux-orchestrator token create --scope SCOPE`',
    },
  },
  parameters: {
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description: 'the same key again does nothing again, and gives the same answer',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
    },
  },
  headers: {
    RequestId: { description: 'names the request in the audit log', schema: { type: 'string' } },
    RateLimit: {
      description: 'what is left of the rate (draft-ietf-httpapi-ratelimit-headers); absent for who has none',
      schema: { type: 'string' },
    },
    RetryAfter: { description: 'seconds; with 429 and 503', schema: { type: 'integer' } },
  },
  responses: {
    Problem: {
      description: 'it was not done',
      headers: { ...HEADERS, 'Retry-After': { $ref: '#/components/headers/RetryAfter' } },
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
};

/** What is said through it is the protocol's own affair. */
function describeMcp(problem: object): object {
  const summary =
    'The Model Context Protocol: streamable HTTP without sessions, revisions 2025-11-25 and 2026-07-28';
  const message = { type: 'object', required: ['jsonrpc'], properties: { jsonrpc: { const: '2.0' } } };
  return {
    ...{ operationId: 'page.mcp', tags: ['page'], summary, security: [{}, { token: ['read'] }] },
    description: 'Each call of a tool is looked at, counted and audited like a request for its operation.',
    requestBody: { required: true, content: { 'application/json': { schema: message } } },
    responses: {
      '200': {
        description: 'the answer, at once or as an event',
        content: { 'application/json': { schema: message }, 'text/event-stream': {} },
      },
      '202': { description: 'a notification was taken' },
      ...problem,
    },
  };
}

/** What is no operation. */
function describePages(): Record<string, object> {
  const problem = { default: { $ref: '#/components/responses/Problem' } };
  const page = (operationId: string, summary: string, type: string, more: object = {}) => ({
    get: {
      ...{ operationId, tags: ['page'], summary, security: [{}, { token: ['read'] }], ...more },
      responses: { '200': { description: summary, content: { [type]: {} } }, ...problem },
    },
  });
  const { properties } = describeInput(EventChoice);
  const choice = Object.entries(properties).map(([key, schema]) =>
    describeParameter(key, 'query', schema, false),
  );
  const nothing = (operationId: string, summary: string, security: object[]) => ({
    get: {
      ...{ operationId, tags: ['page'], summary, security },
      responses: { '204': { description: 'it is so' }, ...problem },
    },
  });
  const summary = 'Server-sent events of what happens: the kind as event, the event as data';
  const description = [
    'Each has an id. A client that comes back with it in Last-Event-ID is told what it has missed; an event `gap` says',
    'that more was missed than is kept: `missed` is how many, null where nobody knows. The journal may have them.',
  ].join(' ');
  const lastEventId = {
    ...{ name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } },
    description: 'id of the last event that was seen',
  };
  return {
    '/mcp': { post: describeMcp(problem) },
    '/v1/events': page('page.events', summary, 'text/event-stream', {
      ...{ description, parameters: [...choice, lastEventId] },
    }),
    '/openapi.json': page('page.openapi', 'This document', 'application/json'),
    '/metrics': page('page.metrics', 'Figures for Prometheus', 'text/plain'),
    '/healthz': nothing('page.health', 'Whether the worker answers', [{}]),
    '/readyz': nothing('page.ready', 'Whether agents can be seen and reached', [{}, { token: ['read'] }]),
  };
}
