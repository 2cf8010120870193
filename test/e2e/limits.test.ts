import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlRoom } from '../helpers/control-room.ts';
import { PATIENCE_MS, until } from '../helpers/until.ts';

let room: ControlRoom;

beforeEach(async () => {
  room = await ControlRoom.open();
  room.home.writeConfig('limits:\n  marginMs: 0\n  spacingMs: 0\n  continueText: go on now\n');
  await restart();
});

afterEach(() => room.close());

async function restart(): Promise<void> {
  await room.worker.end('SIGKILL');
  room.start();
  await room.untilOpen();
}

/** What a person types into the pane. */
async function say(name: string, line: string): Promise<void> {
  const pane = room.home.agent(name).pane ?? '';
  await room.tmux.run('send-keys', '-t', pane, '-l', '--', line);
  await room.tmux.run('send-keys', '-t', pane, 'Enter');
}

const send = (to: string, text: string) => room.client.call('message.send', { to, text });
const receiptOf = async (id: string) => (await room.client.call('message.get', { id })).receipt;
const screenOf = async (name: string) => (await room.client.call('agent.read', { name })).screen;
const told = (type: string) => room.home.events().filter((event) => event.type === type);

describe('an agent at its usage limit', () => {
  it('is told to go on when the limit is over, also by a new worker, and then gets its mail', async () => {
    await room.spawn('ada');
    await say('ada', '/limit in 8s');
    await room.home.untilState('ada', 'limited');
    const { id } = await send('ada', 'and then the tests');
    await until(async () => (await receiptOf(id)).reason === 'limited');
    await restart();
    await until(() => told('agent.unparked').length > 0);
    expect(told('agent.unparked')).toMatchObject([{ agent: 'ada', how: 'told' }]);
    expect(told('agent.parked')).toMatchObject([{ agent: 'ada', why: 'limit' }]);
    await until(async () => (await receiptOf(id)).state !== 'waiting');
    await room.client.call('message.wait', { id, until: 'submitted', timeoutMs: PATIENCE_MS });
    const screen = await screenOf('ada');
    expect(screen.indexOf('go on now')).toBeGreaterThan(0);
    expect(screen.indexOf('and then the tests')).toBeGreaterThan(screen.indexOf('go on now'));
    const { agents } = await room.client.call('report.get', { since: '1h' });
    expect(agents).toMatchObject([{ name: 'ada', limits: 1, messages: { accepted: 2 } }]);
    expect(agents[0]?.limitedMs).toBeGreaterThan(5_000);
    await expect(room.client.call('report.get', { since: 'soon' })).rejects.toMatchObject({
      code: 'INVALID',
    });
  });

  it('keeps what a person has begun to type there, and is told nothing meanwhile', async () => {
    await room.spawn('ada');
    await say('ada', '/limit in 3s');
    await room.home.untilState('ada', 'limited');
    const pane = room.home.agent('ada').pane ?? '';
    await room.tmux.run('send-keys', '-t', pane, '-l', '--', 'a thought of mine');
    await until(
      async () =>
        (await room.client.call('message.list', { to: 'ada' })).messages[0]?.receipt.reason === 'draft',
    );
    expect(await screenOf('ada')).toContain('» a thought of mine\n');
    expect(await screenOf('ada')).not.toContain('go on now');
    await room.tmux.run('send-keys', '-t', pane, 'C-u');
    await until(async () => (await screenOf('ada')).includes('go on now'));
  });
});
