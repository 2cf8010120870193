import { Validator } from '@seriousme/openapi-schema-validator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeApi } from '../../src/api/openapi.ts';
import { defineOperation } from '../../src/operations/operation.ts';
import { OPERATIONS } from '../../src/operations/table.ts';
import { askRaw, type ControlDoor, openControlDoor } from '../helpers/control-door.ts';

interface Described {
  operationId: string;
  summary: string;
  security: object[];
  parameters: { name?: string; in?: string; required?: boolean; $ref?: string }[];
  requestBody?: { content: Record<string, { schema: { properties: object; required: string[] } }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema?: object }> }>;
}
interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, object> };
}

const document = describeApi() as Document;
const find = (path: string, method = 'get') => document.paths[path]?.[method] as Described;

let door: ControlDoor;
beforeEach(async () => {
  door = await openControlDoor();
});
afterEach(() => door.close());

describe('the OpenAPI document', () => {
  it('is found valid by a program that is not ours', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('would not be found valid with something wrong in it', async () => {
    const operation = defineOperation({
      ...{ name: 'x.y', summary: 1 as unknown as string, scope: 'read', effect: 'read' },
      ...{ method: 'GET', path: '/x', input: z.strictObject({}), output: z.object({}) },
      run: async () => ({}),
    });
    expect(
      await new Validator().validate(JSON.parse(JSON.stringify(describeApi([operation])))),
    ).toMatchObject({ valid: false });
  });

  it('has every operation and every page', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    );
    const table = OPERATIONS.map(({ name, method, path }) => `${name} ${method.toLowerCase()} /v1${path}`);
    const pages = [
      'page.events get /v1/events',
      'page.mcp post /mcp',
      'page.openapi get /openapi.json',
      'page.metrics get /metrics',
      'page.health get /healthz',
      'page.ready get /readyz',
    ];
    expect(described.sort()).toEqual([...table, ...pages].sort());
  });

  it('points to nothing that is not there', () => {
    const targets = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(targets.length).toBeGreaterThan(50);
    for (const target of new Set(targets)) {
      const found = target
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
      expect(found, target).toBeTypeOf('object');
    }
  });

  it('puts inputs where the doors take them', () => {
    const { parameters, requestBody } = find('/v1/agents/{to}/messages', 'post');
    expect(parameters).toMatchObject([
      { name: 'to', in: 'path', required: true },
      { $ref: '#/components/parameters/IdempotencyKey' },
    ]);
    const schema = requestBody?.content['application/json']?.schema;
    expect(Object.keys(schema?.properties ?? {})).not.toContain('to');
    expect(schema?.required).toEqual(['text']);
    expect(find('/v1/journal').parameters).toContainEqual(
      expect.objectContaining({ name: 'cursor', in: 'query', required: false }),
    );
    expect(find('/v1/journal').requestBody).toBeUndefined();
  });

  it('says which scope is needed, and that no token does for what is the user\u2019s alone', () => {
    expect(find('/v1/agents', 'post').security).toEqual([{}, { token: ['control'] }]);
    expect(find('/v1/tokens').security).toEqual([{}]);
  });

  it('describes an agent once, and problems with every operation', () => {
    const answer = find('/v1/agents/{name}').responses['200']?.content?.['application/json'];
    expect(answer?.schema).toEqual({ $ref: '#/components/schemas/Agent' });
    expect(document.components.schemas.Agent).toHaveProperty('properties.name');
    for (const { name, path, method } of OPERATIONS) {
      const { responses } = find(`/v1${path}`, method.toLowerCase());
      expect(responses.default, name).toEqual({ $ref: '#/components/responses/Problem' });
      const schema = responses['200']?.content?.['application/json']?.schema ?? {};
      expect(Object.keys(schema), name).not.toEqual([]);
    }
  });

  it('is served', async () => {
    const { status, headers, body } = await askRaw(door.path, { target: '/openapi.json' });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(document)));
  });
});

describe('every answer', () => {
  it('carries what the document says it must', async () => {
    const required = z.object({ required: z.array(z.string()) });
    for (const path of ['/v1/system', '/v1/journal', '/v1/messages', '/v1/agents']) {
      const { body } = await askRaw(door.path, { target: path });
      const schema = find(path).responses['200']?.content?.['application/json']?.schema;
      expect(Object.keys(JSON.parse(body))).toEqual(expect.arrayContaining(required.parse(schema).required));
    }
  });
});
