import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render } from '../../src/model/message-text.ts';
import { until } from '../helpers/until.ts';
import { DeliveryRoom } from './delivery-room.ts';
import { MESSAGE_CASES } from './message-cases.ts';
import { OutcomeTable } from './outcome-table.ts';
import { RECIPES, type RealCli } from './recipes.ts';

const CLIS = Object.keys(RECIPES) as RealCli[];
/** Long enough that a message in the way would have been delivered. Milliseconds. */
const BUSY_MS = 6_000;
const DIALOG_MS = 3_000;
/** Longer than `mail.humanQuietMs`. */
const REST_MS = 5_000;

const table = new OutcomeTable();
afterAll(() => console.log(`\n${table}\n`));

const FILED = /\nThis message (?:is too long|has characters).*: (?<path>\/\S+)$/u;

/** The text of the file that a message names, where its CLI would cut or misdraw it. */
function resolveFile(text: string): string {
  const path = FILED.exec(text)?.groups?.path;
  return path === undefined ? text : text.replace(FILED, () => `\n${readFileSync(path, 'utf8')}`);
}

/** How a text arrived: byte for byte, so in a frame of the CLI's own, or changed as this CLI is known to. */
function describeArrival(received: readonly string[], unframed: readonly string[], sent: string): string {
  if (received.includes(sent)) return 'ok';
  return unframed.includes(sent) ? 'framed' : 'altered';
}

/** Nothing where one of the texts is the wanted one; else where the first of them goes another way. */
function explainDifference(received: readonly string[], wanted: string): string | null {
  if (received.includes(wanted)) return null;
  const [first] = received;
  if (first === undefined) return 'it did not reach the model';
  const difference = wanted.split('').findIndex((character, i) => first[i] !== character);
  const at = difference < 0 ? wanted.length : difference;
  const part = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 160));
  return `at ${at}: ${part(first)} (${first.length}) instead of ${part(wanted)} (${wanted.length})`;
}

describe.each(CLIS)('a message into %s', (cli) => {
  let room: DeliveryRoom;
  beforeAll(async () => {
    room = await DeliveryRoom.open(cli);
  }, 240_000);
  afterAll(() => room?.close());

  /** Notes what came of a case: `wrong` unless it comes to its end. */
  async function judge(name: string, act: () => Promise<string>): Promise<void> {
    table.note(cli, name, 'wrong');
    table.note(cli, name, await act());
  }

  it.each(MESSAGE_CASES)('reaches the model as it was written: $name', async ({ name, text, rested }) => {
    await judge(name, async () => {
      if (rested) await new Promise((resolve) => setTimeout(resolve, REST_MS));
      const answer = `The answer to ${name}.`;
      await room.model.script({ otherwise: { text: answer }, queue: [] });
      const message = await room.send(text);
      await room.wait(message.id, 'submitted');
      const answered = await room.wait(message.id, 'answered');
      const received = await room.received(message.id);
      const unframed = received.map((one) => room.unframe(one));
      const sent = render(message);
      const isFiled = unframed.some((one) => FILED.test(one));
      expect(isFiled).toBe(room.mustFile(sent));
      if (isFiled) expect(unframed.map(resolveFile)).toContain(sent);
      else expect(explainDifference(unframed, room.alter(sent))).toBeNull();
      expect(answered.receipt.state).toBe('answered');
      const { evidence, answer: told } = answered.receipt;
      expect(evidence).not.toBeNull();
      if (room.hasRecord) expect(told).toEqual({ text: answer, source: 'native' });
      else expect(told).toEqual({ text: expect.stringContaining(answer), source: 'screen' });
      return `${isFiled ? 'file' : describeArrival(received, unframed, sent)} ${evidence}`;
    });
  });

  it('waits while the agent works, and is a turn of its own then', async () => {
    await judge('busy', async () => {
      const queue = [{ text: 'The first answer.', delayMs: BUSY_MS }];
      await room.model.script({ otherwise: { text: 'The second answer.' }, queue });
      const first = await room.send('first');
      const begun = await until(() => room.receivedAt(first.id), { timeoutMs: 60_000 });
      const second = await room.send('second');
      await until(async () => (await room.get(second.id)).receipt.reason === 'busy');
      const answered = await room.wait(second.id, 'answered');
      expect((await room.receivedAt(second.id)) ?? 0).toBeGreaterThanOrEqual(begun + BUSY_MS);
      expect(answered.receipt.answer?.text).toContain('The second answer.');
      expect((await room.wait(first.id, 'answered')).receipt.answer?.text).toContain('The first answer.');
      return 'waits';
    });
  });

  it.skipIf(RECIPES[cli] === RECIPES.pi)(
    'waits while a dialog is open, which it does not answer',
    async () => {
      await judge('approval', async () => {
        const { tool } = room;
        if (tool === undefined) throw new Error('no tool to ask for');
        const queue = [{ tools: [tool] }];
        await room.model.script({ otherwise: { text: 'The file is made.' }, queue });
        await room.send('make a file');
        await room.untilState('approval');
        const second = await room.send('second');
        await until(async () => {
          const { receipt } = await room.get(second.id);
          if (receipt.reason !== 'approval') throw new Error(JSON.stringify(receipt));
          return true;
        });
        await new Promise((resolve) => setTimeout(resolve, DIALOG_MS));
        expect(await room.receivedAt(second.id)).toBeUndefined();
        expect(room.hasMade).toBe(false);
        await room.approve();
        expect((await room.wait(second.id, 'answered')).receipt.state).toBe('answered');
        expect(room.hasMade).toBe(true);
        const received = (await room.received(second.id)).map((one) => room.unframe(one));
        expect(received).toContain(render(second));
        return 'waits';
      });
    },
  );
});
