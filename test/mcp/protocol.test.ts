import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopeOf, TOOLS, type Tool } from '../../src/mcp/tools.ts';
import { includesScope, SCOPES, type Scope } from '../../src/model/scope.ts';
import { CLI } from '../helpers/cli-room.ts';
import { ControlRoom } from '../helpers/control-room.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let room: ControlRoom;
let port: number;

beforeAll(async () => {
  room = await ControlRoom.open();
  await room.worker.end();
  room.home.writeConfig('api: { port: 0, readsPerMinute: 10000 }');
  room.start();
  await room.untilOpen();
  port = await until(() => Number(/"port":(\d+)/.exec(room.worker.output)?.[1]));
  await room.spawn('ada');
});

afterAll(() => room.close());

const ERAS = { '2025-11-25': 'legacy', '2026-07-28': { pin: '2026-07-28' } } as const;
type Era = keyof typeof ERAS;

function makeClient(era: Era): Client {
  return new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: ERAS[era] } });
}

async function overStdio(era: Era): Promise<Client> {
  const client = makeClient(era);
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [CLI, 'mcp'],
      env: { ...room.home.env } as Record<string, string>,
    }),
  );
  return client;
}

async function overHttp(era: Era, scope: Scope = 'admin'): Promise<Client> {
  const { secret } = await room.client.call('token.create', { scope });
  const client = makeClient(era);
  const requestInit = { headers: { Authorization: `Bearer ${secret}` } };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`), { requestInit }),
  );
  return client;
}

const textOf = ({ content }: { content: unknown }) =>
  (content as { text: string }[]).map(({ text }) => text).join('\n');

describe.each([
  ['stdio', '2025-11-25', overStdio],
  ['stdio', '2026-07-28', overStdio],
  ['HTTP', '2025-11-25', overHttp],
  ['HTTP', '2026-07-28', overHttp],
] as const)('the official client over %s, revision %s', (_, era, connect) => {
  let client: Client;
  beforeAll(async () => {
    client = await connect(era);
  });
  afterAll(() => client.close());

  it('finds all tools with what they take and give', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
    for (const tool of tools) {
      expect(tool.description?.length, tool.name).toBeGreaterThan(40);
      expect(tool.inputSchema.type).toBe('object');
      expect(tool.outputSchema, tool.name).toBeDefined();
      expect(tool.annotations?.readOnlyHint, tool.name).toBeTypeOf('boolean');
    }
  });

  it('writes to an agent and gets its answer, marked as foreign', async () => {
    const sent = await client.callTool({
      name: 'send_message',
      arguments: { to: 'ada', text: 'What is the answer?', wait: 'answered', timeoutMs: PATIENCE_MS },
    });
    expect(sent.structuredContent).toMatchObject({ to: 'ada', receipt: { state: 'answered' } });
    expect(textOf(sent)).toMatch(/It is data.*\n(----- [0-9a-f]{16})\n[\s\S]*\n\1$/);
  });

  it('reads a screen, marked as foreign', async () => {
    const read = await client.callTool({ name: 'read_agent', arguments: { name: 'ada' } });
    const { screen } = read.structuredContent as { screen: string };
    expect(screen).toContain('/help for commands');
    expect(textOf(read)).toMatch(/It is data.*\n(----- [0-9a-f]{16})\n[\s\S]*\n\1$/);
  });

  it('lists agents, waits, and is told what is wrong', async () => {
    const listed = await client.callTool({ name: 'list_agents', arguments: {} });
    expect((listed.structuredContent as { agents: unknown[] }).agents).toContainEqual(
      expect.objectContaining({ name: 'ada', management: 'managed' }),
    );
    const waited = await client.callTool({
      name: 'wait_for_agent',
      arguments: { name: 'ada', states: ['idle'] },
    });
    expect(waited.structuredContent).toMatchObject({ reached: true });
    const missing = await client.callTool({ name: 'get_agent_status', arguments: { name: 'nobody' } });
    expect([missing.isError, textOf(missing)]).toEqual([true, expect.stringContaining('NOT_FOUND')]);
  });

  it('starts and stops an agent', async () => {
    const name = `eve-${era}-${_.toLowerCase()}`.replaceAll('.', '-');
    const given = { name, profile: 'stand-in', directory: room.home.path };
    const started = await client.callTool({ name: 'spawn_agent', arguments: given });
    expect(started.structuredContent).toMatchObject({ name, state: 'idle' });
    const stopped = await client.callTool({ name: 'stop_agent', arguments: { name, force: true } });
    expect(stopped.structuredContent).toEqual({ name });
  });
});

it('offers as many tools as a model can keep apart', () => {
  const wanted = [
    'list_agents',
    'spawn_agent',
    'send_message',
    'restart_agent',
    'deploy_team',
    'get_agent_status',
  ];
  const more = ['read_agent', 'wait_for_agent', 'answer_agent', 'broadcast', 'stop_agent'];
  expect(TOOLS.map(({ name }) => name)).toEqual(expect.arrayContaining([...wanted, ...more]));
  expect(TOOLS.length).toBeLessThanOrEqual(15);
});

it('lets the lead of a team, and no other agent, say that it is done', async () => {
  const folder = join(room.home.config, 'teams');
  mkdirSync(folder, { recursive: true });
  const members = ['lead', 'dev'].map(
    (name) => `  - { name: ${name}, profile: stand-in, args: [--startup-ms, "50"] }\n`,
  );
  writeFileSync(
    join(folder, 'duo.yaml'),
    `name: duo\ndescription: x\nlead: lead\nmembers:\n${members.join('')}`,
  );
  await room.client.call('team.up', { name: 'duo', directory: room.home.path });
  const finish = async (agent: string) => {
    const { secret } = await room.client.call('token.create', { scope: 'message', agent });
    const file = join(room.home.path, `token-of-${agent}`);
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    const client = makeClient('2025-11-25');
    const args = [CLI, 'mcp', '--token-file', file];
    const env = { ...room.home.env } as Record<string, string>;
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
    const result = await client.callTool({ name: 'finish_team', arguments: { name: 'duo' } });
    await client.close();
    return result.isError ? textOf(result) : result.structuredContent;
  };
  expect(await finish('dev')).toContain('dev does not lead team duo');
  expect(await finish('lead')).toMatchObject({ team: 'duo' });
});

const ARGUMENTS = {
  ...{ name: 'ada', to: 'ada', text: 'x', dialog: '01234567', option: 1, all: true, directory: '/' },
};

/** With what the tool asks for, as far as a word will do. */
async function callOrThrow(client: Client, { name, input }: Tool): Promise<void> {
  const given = Object.fromEntries(Object.entries(ARGUMENTS).filter(([key]) => key in input.shape));
  const result = await client.callTool({ name, arguments: given });
  if (result.isError) throw new Error(textOf(result));
}

describe('over stdio with a token', () => {
  it.each(SCOPES)('of scope %s the worker refuses every tool that needs more', async (scope) => {
    const { secret } = await room.client.call('token.create', { scope });
    const file = join(room.home.path, `token-${scope}`);
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    const client = makeClient('2025-11-25');
    const env = { ...room.home.env } as Record<string, string>;
    const args = [CLI, 'mcp', '--token-file', file];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
    for (const tool of TOOLS.filter((one) => !includesScope(scope, scopeOf(one)))) {
      await expect(callOrThrow(client, tool), tool.name).rejects.toThrow('FORBIDDEN');
    }
    await expect(callOrThrow(client, TOOLS[0] as Tool)).resolves.toBeUndefined();
    await client.close();
  });
});

describe('over HTTP', () => {
  it.each(SCOPES)(
    'a token of scope %s has the tools that it allows, and cannot call others',
    async (scope) => {
      const client = await overHttp('2026-07-28', scope);
      const names = (await client.listTools()).tools.map(({ name }) => name);
      const allowed = TOOLS.filter((tool) => includesScope(scope, scopeOf(tool))).map(({ name }) => name);
      expect(names).toEqual(allowed);
      for (const tool of TOOLS.filter(({ name }) => !allowed.includes(name))) {
        await expect(callOrThrow(client, tool), tool.name).rejects.toThrow();
      }
      await client.close();
      expect(room.home.agentNames()).toContain('ada');
    },
  );

  it('nobody is served without a token', async () => {
    const client = makeClient('2026-07-28');
    const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`));
    await expect(client.connect(transport)).rejects.toThrow();
  });

  it('what tools do stands in the audit log with the token', async () => {
    const client = await overHttp('2025-11-25', 'message');
    await client.callTool({ name: 'send_message', arguments: { to: 'ada', text: 'canary-of-mcp' } });
    await client.close();
    const audit = readFileSync(join(room.home.state, 'audit.jsonl'), 'utf8');
    expect(
      audit
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .at(-1),
    ).toMatchObject({
      ...{
        operation: 'message.send',
        door: 'network',
        token: expect.any(String),
        target: 'ada',
        result: 'ok',
      },
    });
    expect(audit).not.toContain('canary');
  });
});

it('without a worker a tool says how to start one', async () => {
  const other = await ControlRoom.open();
  await other.worker.end();
  const client = makeClient('2025-11-25');
  const env = { ...other.home.env } as Record<string, string>;
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp'], env }));
  const result = await client.callTool({ name: 'list_agents', arguments: {} });
  expect([result.isError, textOf(result)]).toEqual([true, expect.stringContaining('WORKER_DOWN')]);
  await client.close();
  await other.close();
});
