import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import { until } from '../helpers/until.ts';
import { Room, type StandIn, type Worker } from './delivery/room.mjs';

let room: Room;
let worker: Worker;
let ada: StandIn;

beforeAll(async () => {
  room = await Room.open();
  ada = await room.addStandIn('ada');
  worker = await room.startWorker();
  await worker.untilState('ada', 'idle');
});

afterAll(() => room.close());

/** Has the stand-in ask, and gives the dialog as the watch reads it. */
async function ask(command: string): Promise<Dialog> {
  await worker.untilState('ada', 'idle');
  await room.tmux('send-keys', '-t', ada.pane, '-l', command);
  await room.tmux('send-keys', '-t', ada.pane, 'Enter');
  return until(async () => (await worker.ask('agent', { name: 'ada' }))?.dialog);
}

function lastChoice(): string | null | undefined {
  return room.logOf(ada).findLast(({ event, chose }) => event === 'dialog' && chose !== null)?.chose;
}

describe('an answer to a dialog', () => {
  it('chooses the option that it names, moving to it key by key', async () => {
    const dialog = await ask('/question');
    await worker.ask('answer', { name: 'ada', dialog: dialog.id, option: 2 });
    expect(lastChoice()).toBe('The thorough change');
  });

  it('refuses and approves what the profile knows to mean that', async () => {
    const first = await ask('/ask make clean');
    await worker.ask('answer', { name: 'ada', dialog: first.id, decision: 'deny' });
    expect(lastChoice()).toBe('No');
    const second = await ask('/ask make all');
    await worker.ask('answer', { name: 'ada', dialog: second.id, decision: 'approve' });
    expect(lastChoice()).toBe('Yes');
  });

  it('is refused for a dialog that has gone, naming the one that stands there, and chooses nothing', async () => {
    const first = await ask('/ask make one');
    await worker.ask('answer', { name: 'ada', dialog: first.id, decision: 'deny' });
    const second = await ask('/ask make two');
    const count = room.logOf(ada).length;
    const stale = worker.ask('answer', { name: 'ada', dialog: first.id, decision: 'approve' });
    await expect(stale).rejects.toMatchObject({
      code: 'REFUSED',
      field: 'dialog',
      message: expect.stringContaining(second.id),
    });
    expect(room.logOf(ada)).toHaveLength(count);
    await worker.ask('answer', { name: 'ada', dialog: second.id, decision: 'deny' });
  });

  it('is refused where nothing is asked, for an option that is not there, and for a decision nobody knows', async () => {
    const dialog = await ask('/question');
    const answer = (choice: { option?: number; decision?: 'approve' }) =>
      worker.ask('answer', { name: 'ada', dialog: dialog.id, ...choice });
    await expect(answer({ option: 9 })).rejects.toMatchObject({ code: 'REFUSED', field: 'option' });
    await expect(answer({ decision: 'approve' })).rejects.toMatchObject({
      code: 'REFUSED',
      field: 'decision',
    });
    await answer({ option: 3 });
    await worker.untilState('ada', 'idle');
    await expect(answer({ option: 1 })).rejects.toMatchObject({ code: 'REFUSED', field: 'dialog' });
  });
});
