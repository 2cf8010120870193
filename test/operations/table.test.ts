import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCOPES } from '../../src/model/scope.ts';
import { ROUTES } from '../../src/operations/routes.ts';
import { OPERATIONS } from '../../src/operations/table.ts';

interface Schema {
  description?: string;
  $ref?: string;
  const?: unknown;
  properties?: Record<string, Schema>;
}

/** Outputs that say all with their name and type. Whoever adds one here has thought about it. */
const SELF_EXPLAINING = new Set([
  ...[
    'agent',
    'agents',
    'message',
    'messages',
    'role',
    'roles',
    'team',
    'teams',
    'members',
    'tokens',
    'files',
  ],
  ...[
    'events',
    'evidence',
    'records',
    'entry',
    'name',
    'description',
    'id',
    'profile',
    'state',
    'management',
  ],
  ...[
    'args',
    'env',
    'permissions',
    'restart',
    'brief',
    'escalation',
    'enabled',
    'restore',
    'scope',
    'version',
  ],
  ...[
    'createdAt',
    'expiresAt',
    'revokedAt',
    'acceptedAt',
    'submittedAt',
    'at',
    'pid',
    'tmux',
    'socket',
    'total',
  ],
  ...['counters', 'ticks', 'connects', 'detail', 'byState', 'place', 'session', 'window', 'windowIndex'],
  ...['paneIndex', 'directory', 'pane', 'process', 'startTime', 'cliVersion', 'cliSession', 'code', 'reason'],
  ...[
    'options',
    'kind',
    'to',
    'from',
    'text',
    'priority',
    'tries',
    'receipt',
    'source',
    'ending',
    'lastState',
  ],
  ...[
    'status',
    'signal',
    'tidy',
    'last',
    'how',
    'attempt',
    'delayMs',
    'waitingMs',
    'why',
    'until',
    'due',
    'ok',
  ],
  ...['schedule', 'reset', 'door', 'by', 'operation'],
]);

/** Names of fields at any depth that nobody has described. */
function findUndescribed(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties = {} } = node as Schema;
  const own = Object.entries(properties).filter(
    ([, one]) => one.$ref === undefined && one.const === undefined && !one.description,
  );
  return [...own.map(([key]) => key), ...Object.values(node).flatMap(findUndescribed)];
}

const describeSchema = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' });

describe.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
  '%s',
  (name, operation) => {
    it('says what it does, for whom it is, and what it changes', () => {
      expect(operation.summary.length).toBeGreaterThan(10);
      expect(operation.summary).toMatch(/^[A-Z].*[^.]$/);
      expect(SCOPES).toContain(operation.scope);
      expect(['read', 'write', 'destructive']).toContain(operation.effect);
    });

    it('changes nothing for who may only read', () => {
      if (operation.scope === 'read') expect(operation.effect).toBe('read');
    });

    it('describes every input', () => {
      expect(findUndescribed(describeSchema(operation.input, 'input'))).toEqual([]);
    });

    it('describes every output that does not explain itself', () => {
      const undescribed = new Set(findUndescribed(describeSchema(operation.output, 'output')));
      expect([...undescribed].filter((key) => !SELF_EXPLAINING.has(key))).toEqual([]);
    });

    it('refuses inputs that it does not know', () => {
      const [issue] = operation.input.safeParse({ surprise: 1 }).error?.issues.filter(isUnknownKey) ?? [];
      expect(issue).toMatchObject({ keys: ['surprise'] });
    });

    it('is known to the client', () => {
      expect(ROUTES[name]).toEqual({ method: operation.method, path: operation.path });
    });
  },
);

function isUnknownKey({ code }: z.core.$ZodIssue): boolean {
  return code === 'unrecognized_keys';
}

it('an operation that nobody has described is found', () => {
  expect(findUndescribed(describeSchema(z.strictObject({ depth: z.int().optional() }), 'input'))).toEqual([
    'depth',
  ]);
  const nested = z.object({ list: z.array(z.object({ inner: z.string() })).describe('what there is') });
  expect(findUndescribed(describeSchema(nested, 'output'))).toEqual(['inner']);
});
