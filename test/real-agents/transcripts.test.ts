import { afterEach, describe, expect, it } from 'vitest';
import { TRANSCRIPT_SOURCES, type Turn } from '../../src/agents/transcripts.ts';
import { until } from '../helpers/until.ts';
import { type RealAgent, type RealHome, realAgent } from './real-agent.ts';
import type { RealCli } from './recipes.ts';

let agent: (RealAgent & { home: RealHome }) | undefined;
afterEach(async () => {
  await agent?.close();
  agent = undefined;
});

const CLIS: readonly RealCli[] = ['claude-2.1.330', 'claude-2.1.197', 'codex'];

/** What the CLI's own record says of a message now. */
async function look(messageId: string, since: number): Promise<Turn | undefined> {
  if (agent === undefined) throw new Error('no agent');
  const { profile, home, work } = agent.home;
  const source = TRANSCRIPT_SOURCES[profile.transcriptReader ?? ''];
  const configDirectory = source?.findDirectory((name) => (name === 'HOME' ? home : undefined));
  const { sessionId } = (await agent.native()) ?? {};
  if (configDirectory === undefined || sessionId === undefined) return undefined;
  return source?.find({ configDirectory, sessionId, workingDirectory: work, messageId, since });
}

const untilTurn = (messageId: string, since: number, isIt: (turn: Turn) => boolean) =>
  until(
    async () => {
      const turn = await look(messageId, since);
      return turn !== undefined && isIt(turn) ? turn : undefined;
    },
    { timeoutMs: 30_000, describe: JSON.stringify },
  );

describe.each(CLIS)('the record of %s', (cli) => {
  it('shows a message from its submission to its answer', async () => {
    agent = await realAgent(cli);
    const since = Date.now();
    await agent.home.model.script({ otherwise: { text: 'The answer\nin two lines.', delayMs: 2_000 } });
    await agent.send('[from user · aaaaaaaaaa]\nfirst');
    await untilTurn('aaaaaaaaaa', since, ({ done, answer }) => !done && answer === null);
    const { answer } = await untilTurn('aaaaaaaaaa', since, ({ done }) => done);
    expect(answer).toBe('The answer\nin two lines.');
    expect(await look('bbbbbbbbbb', since)).toBeUndefined();
  });

  it('shows a message that was sent while it worked, and the answer to it', async () => {
    agent = await realAgent(cli);
    const since = Date.now();
    const queue = [{ text: 'First answer.', delayMs: 4_000 }];
    await agent.home.model.script({ otherwise: { text: 'Second answer.' }, queue });
    await agent.send('[from user · aaaaaaaaaa]\nfirst');
    await untilTurn('aaaaaaaaaa', since, ({ done }) => !done);
    await agent.send('[from user · bbbbbbbbbb]\nsecond');
    const { answer } = await untilTurn('bbbbbbbbbb', since, ({ done }) => done);
    expect(answer).toBe('Second answer.');
  });

  it('shows that a turn failed', async () => {
    agent = await realAgent(cli);
    const since = Date.now();
    await agent.home.model.script({ otherwise: { status: 400, message: 'no such thing' } });
    await agent.send('[from user · aaaaaaaaaa]\nfirst');
    expect((await untilTurn('aaaaaaaaaa', since, ({ done }) => done)).answer).toBeNull();
  });

  it('shows that a turn was interrupted', async () => {
    agent = await realAgent(cli);
    const since = Date.now();
    await agent.home.model.script({ otherwise: { text: 'word '.repeat(400), chunkMs: 100 } });
    await agent.send('[from user · aaaaaaaaaa]\nfirst');
    await until(async () => /word word/u.test((await agent?.screen()) ?? ''), { timeoutMs: 30_000 });
    await agent.press(...agent.home.profile.interrupt);
    expect((await untilTurn('aaaaaaaaaa', since, ({ done }) => done)).answer).toBeNull();
  });
});
