import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findAgentProcess } from '../../src/model/process.ts';
import { until } from '../helpers/until.ts';
import { newSessionId, type RealAgent, type RealHome, realHome, sessionWords } from './real-agent.ts';
import { RECIPES, type RealCli } from './recipes.ts';

const CLIS = Object.keys(RECIPES) as RealCli[];

let home: RealHome | undefined;
afterEach(async () => {
  await home?.close();
  home = undefined;
});

async function open(cli: RealCli): Promise<RealHome> {
  home = await realHome(cli);
  return home;
}

/** The id of the conversation: the one that we chose, or what the CLI's files tell. opencode and pi have neither; then it is asked for. */
async function findSession(
  { home: folder }: RealHome,
  agent: RealAgent,
  chosen: string | undefined,
): Promise<string> {
  const { sessionId } = (await agent.native()) ?? {};
  if (sessionId !== undefined && chosen !== undefined) expect(sessionId).toBe(chosen);
  return sessionId ?? chosen ?? (await askForSession(folder, agent));
}

async function askForSession(folder: string, agent: RealAgent): Promise<string> {
  const piSessions = join(folder, '.pi/agent/sessions');
  const file = listAll(piSessions).find((name) => name.endsWith('.jsonl'));
  if (file !== undefined) return /_([\w-]+)\.jsonl$/u.exec(file)?.[1] ?? '';
  await agent.leave();
  return /-s (ses_\w+)/u.exec(await agent.screen())?.[1] ?? '';
}

function listAll(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

async function untilSent({ model }: RealHome, word: string): Promise<string> {
  return until(
    async () => (await model.requests()).map((one) => JSON.stringify(one)).find((one) => one.includes(word)),
    {
      timeoutMs: 60_000,
      describe: () => `${word} did not reach the model`,
    },
  );
}

describe.each(CLIS)('%s', (cli) => {
  it('starts with our words, comes to rest, and leaves with status 0 when told to', async () => {
    const { start } = await open(cli);
    const agent = await start();
    await agent.untilState('idle');
    expect(await agent.leave()).toBe(0);
  });

  it('goes on with its conversation', async () => {
    const { profile, start } = await open(cli);
    const chosen = profile.start?.newSession && newSessionId();
    const first = await start(chosen === undefined ? [] : sessionWords(profile.start?.newSession, chosen));
    await first.untilState('idle');
    await first.send('[from user · aaaaaaaaaa]\nfirst');
    await until(() => home && untilSent(home, 'aaaaaaaaaa'));
    await first.untilState('idle');
    const session = await findSession(home as RealHome, first, chosen);
    expect(session).toMatch(/^[\w-]{20,}$/u);
    await first.close();
    const second = await start(sessionWords(profile.start?.resume, session));
    await second.untilState('idle');
    await second.send('[from user · bbbbbbbbbb]\nsecond');
    expect(await untilSent(home as RealHome, 'bbbbbbbbbb')).toContain('aaaaaaaaaa');
    const { sessionId } = (await second.native()) ?? {};
    if (profile.nativeReader !== undefined) expect(sessionId).toBe(session);
  });

  it('understands our words for permissions', async () => {
    const { profile, start } = await open(cli);
    for (const words of Object.values(profile.start?.permissions ?? {})) {
      const agent = await start([], words);
      // Claude wants to be told that one knows what `bypassPermissions` means.
      await agent.untilState('idle', words.includes('bypassPermissions') ? 'setup' : 'idle');
      await agent.close();
    }
  });

  it('ends with its pane, or else when its process is told to', async () => {
    const { profile, start, processes } = await open(cli);
    const agent = await start();
    await agent.untilState('idle');
    await agent.send('[from user · aaaaaaaaaa]\nfirst');
    await untilSent(home as RealHome, 'aaaaaaaaaa');
    await agent.untilState('idle');
    const { processes: tree } = await agent.observe();
    const pid = tree && findAgentProcess(tree, [profile])?.node.pid;
    await agent.close();
    const left = () => processes().filter((node) => findAgentProcess(node, [profile]) !== undefined);
    const isOver = until(() => left().length === 0, { timeoutMs: 5_000 });
    // Gemini does not mind that its terminal is gone, and its first process passes no signal on: all of its group must be told.
    await isOver.catch((error: unknown) => {
      if (cli !== 'gemini') throw error;
      if (pid !== undefined) process.kill(-pid, 'SIGTERM');
    });
    await until(() => left().length === 0);
  });
});

describe('codex', () => {
  it('leaves its background server behind without our words, and the profile knows that', async () => {
    const { profile, start, processes } = await open('codex');
    const lingers = { ...profile, processes: profile.lingering };
    const found = () => processes().filter((node) => findAgentProcess(node, [lingers]) !== undefined);
    const agent = await start();
    await agent.untilState('idle');
    expect(found()).toEqual([]);
    await agent.close();
    const other = await start([], [], []);
    await other.untilState('idle');
    await other.close();
    expect(found()).toHaveLength(1);
  });
});
