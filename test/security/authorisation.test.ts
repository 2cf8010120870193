import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../src/model/scope.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { OPERATIONS } from '../../src/operations/table.ts';
import {
  type ControlDoor,
  exchangeRaw,
  openControlDoor,
  type RawAnswer,
  writeRaw,
} from '../helpers/control-door.ts';
import { NetworkRoom, NO_RATES } from '../helpers/network-room.ts';

/** A scope holds those before it; written down once more, so that a change of the rule is a change here. */
const ORDER: readonly Scope[] = ['read', 'message', 'control', 'admin'];
const AGENT_PID = 77;

let room: NetworkRoom;
let door: ControlDoor;
const socketTokens = new Map<Scope, string>();
beforeAll(async () => {
  room = await NetworkRoom.open();
  door = await openControlDoor(undefined, undefined, NO_RATES);
  door.processes.set(AGENT_PID, 'codex-5');
  for (const scope of SCOPES) {
    const { secret } = door.house.tokens.create({ scope, agent: null, ttlMs: 600_000 });
    socketTokens.set(scope, secret);
  }
});
beforeEach(() => {
  for (const one of [room, door]) {
    one.house.calls.length = 0;
    one.audited.length = 0;
  }
});
afterAll(async () => {
  await room.close();
  await door.close();
});

/** A way in: who comes, with which scope, and how a request is written then. Other doors for the same operations are further lines here. */
interface Way {
  name: string;
  scope: Scope;
  hasToken: boolean;
  place(): string | number;
  lines(): string[];
}

const WAYS: Way[] = [
  ...[
    { name: 'the user at the socket', scope: 'admin' as const, lines: () => ['Host: localhost'] },
    {
      name: 'an agent at the socket',
      scope: 'control' as const,
      lines: () => ['Host: localhost', `Tmux-Orchestrator-Pid: ${AGENT_PID}`],
    },
  ].map((way) => ({ ...way, hasToken: false, place: () => door.path })),
  ...SCOPES.map((scope) => ({
    ...{ name: `a token at the socket for ${scope}`, scope, hasToken: true, place: () => door.path },
    lines: () => ['Host: localhost', `Authorization: Bearer ${socketTokens.get(scope)}`],
  })),
  // Says that it is no agent: a token counts more than what a program says of its process.
  ...SCOPES.map((scope) => ({
    ...{
      name: `a token at the socket for ${scope}, with a pid`,
      scope,
      hasToken: true,
      place: () => door.path,
    },
    lines: () => [
      'Host: localhost',
      `Authorization: Bearer ${socketTokens.get(scope)}`,
      'Tmux-Orchestrator-Pid: 1',
    ],
  })),
  ...SCOPES.map((scope) => ({
    ...{ name: `a token at the network door for ${scope}`, scope, hasToken: true, place: () => room.port },
    lines: () => room.as(scope),
  })),
];

/** An empty request for an operation: it gets as far as its input, and that is far enough. */
async function ask({ method, path }: Operation, way: Way): Promise<RawAnswer> {
  const target = `/v1${path.replace(/\{\w+\}/g, 'claude-3')}`;
  const content = method === 'POST' ? ['Content-Type: application/json', 'Content-Length: 2'] : [];
  const headers = [...way.lines(), ...content];
  const bytes = writeRaw({ method, target, headers, body: method === 'POST' ? '{}' : undefined });
  const [answer] = await exchangeRaw(way.place(), bytes);
  if (answer === undefined) throw new Error(`no answer to ${method} ${target}`);
  return answer;
}

const OPERATION_ROWS = OPERATIONS.map((operation: Operation) => [operation.name, operation] as const);

describe.each(WAYS)('$name', (way) => {
  it.each(OPERATION_ROWS)('may do %s if the table says so', async (name, operation) => {
    const hasScope = ORDER.indexOf(way.scope) >= ORDER.indexOf(operation.scope);
    const isAllowed = hasScope && !(operation.socketOnly && way.hasToken);
    const answer = await ask(operation, way);
    if (isAllowed) {
      expect([200, 400, 404]).toContain(answer.status);
      return;
    }
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer error="insufficient_scope", scope="${operation.scope}"`,
    );
    const { house, audited } = way.place() === door.path ? door : room;
    expect(house.calls).toEqual([]);
    expect(audited).toMatchObject([{ operation: name, result: 'FORBIDDEN' }]);
  });
});

describe('nobody', () => {
  it.each(OPERATION_ROWS)('may do %s over the network without a token', async (_, operation) => {
    const way = {
      name: 'nobody',
      scope: 'read' as const,
      hasToken: false,
      place: () => room.port,
      lines: () => [room.host],
    };
    expect((await ask(operation, way)).status).toBe(401);
    expect(room.effects).toBe(0);
  });
});

describe('the table of operations', () => {
  it('keeps tokens to the user of the machine', () => {
    const kept = OPERATIONS.filter((operation: Operation) => operation.socketOnly).map(({ name }) => name);
    for (const name of ['token.list', 'token.create', 'token.revoke', 'token.rotate'])
      expect(kept).toContain(name);
  });

  it('lets nothing be changed by who may only read, and nothing by GET', () => {
    for (const { name, scope, effect, method } of OPERATIONS) {
      if (effect !== 'read') expect({ name, scope }).not.toEqual({ name, scope: 'read' });
      if (method === 'GET') expect({ name, effect }).toEqual({ name, effect: 'read' });
    }
  });

  it('asks for the most where trust, files or other agents are given away', () => {
    for (const { name, scope } of OPERATIONS) {
      if (
        /^(?:trust\.(?:add|remove)|token\..*|audit\..*|role\.create|agent\.(?:adopt|release))$/.test(name)
      ) {
        expect({ name, scope }).toEqual({ name, scope: 'admin' });
      }
    }
  });
});

describe('who speaks', () => {
  const send = async (place: string | number, lines: string[], more: object = {}) => {
    const body = JSON.stringify({ text: 'x', ...more });
    const headers = [...lines, 'Content-Type: application/json', `Content-Length: ${body.length}`];
    const [answer] = await exchangeRaw(
      place,
      writeRaw({ method: 'POST', target: '/v1/agents/claude-3/messages', headers, body }),
    );
    return answer?.status;
  };

  it('is who the token was given to, and never who the request says', async () => {
    const { secret } = room.house.tokens.create({ scope: 'message', agent: 'ada', ttlMs: 60_000 });
    const lines = [room.host, `Authorization: Bearer ${secret}`];
    const claims = [
      'From: bob',
      'X-Agent: bob',
      'X-From: bob',
      'Tmux-Orchestrator-Pid: 1',
      'Tmux-Orchestrator-Agent: bob',
      'X-Forwarded-User: bob',
    ];
    for (const claim of claims) expect(await send(room.port, [...lines, claim])).toBe(200);
    expect(room.house.calls.map(({ by }) => by)).toEqual(claims.map(() => ({ kind: 'agent', name: 'ada' })));
    for (const field of ['from', 'sender', 'by', 'agent', 'as', 'user', 'token']) {
      expect(await send(room.port, lines, { [field]: 'bob' })).toBe(400);
      expect(await send(room.port, lines, { [field]: { kind: 'user', name: 'user' } })).toBe(400);
    }
    expect(room.house.calls).toHaveLength(claims.length);
  });

  it('is an agent below its pane, whatever it writes there', async () => {
    const lines = ['Host: localhost', `Tmux-Orchestrator-Pid: ${AGENT_PID}`];
    expect(await send(door.path, lines)).toBe(200);
    expect(door.house.calls[0]?.by).toEqual({ kind: 'agent', name: 'codex-5' });
    expect(await send(door.path, [...lines, 'Tmux-Orchestrator-Pid: 1'])).toBe(400);
  });
});
