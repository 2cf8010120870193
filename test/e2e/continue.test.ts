import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Messenger } from '../../src/core/messenger.ts';
import { Mailbox } from '../../src/store/mailbox.ts';
import { type PrivateTmux, privateTmux } from '../helpers/private-tmux.ts';
import { until } from '../helpers/until.ts';
import { type ManagedStandIn, WatchedGround } from '../helpers/watched-ground.ts';

let tmux: PrivateTmux;
let ground: WatchedGround;
let messenger: Messenger;
let ada: ManagedStandIn;
let stopListening: () => void;

beforeEach(async () => {
  tmux = await privateTmux();
  ground = new WatchedGround(tmux, { 'mail.humanQuietMs': 0 });
  ada = await ground.startStandIn('ada', '--startup-ms', '50', '--answer-ms', '300');
  await ground.watch.open();
  await ground.untilState('ada', 'idle');
  messenger = new Messenger({
    ground: ground.watch,
    mailbox: new Mailbox(ground.state, process.getuid?.() ?? 0),
    findInRecord: () => undefined,
    onFatal: (error) => {
      throw error;
    },
  });
  stopListening = ground.bus.listen((event) => messenger.note(event));
  messenger.open();
});

afterEach(async () => {
  stopListening();
  await messenger.close();
  await ground.close();
  await tmux.close();
});

async function say(line: string): Promise<void> {
  await tmux.run('send-keys', '-t', ada.pane, '-l', '--', line);
  await tmux.run('send-keys', '-t', ada.pane, 'Enter');
}

const tell = () => messenger.sendContinue('ada', 'please go on', 'key').id;
const stateOf = (id: string) => messenger.get(id).receipt.state;
const reasonOf = (id: string) => messenger.get(id).receipt.reason;

describe('the word to go on', () => {
  it.each([
    ['/limit in 2h', 'limited'],
    ['/error 500 internal server error', 'error'],
  ])('reaches an agent after %s, where no other message does', async (line, state) => {
    await say(line);
    await ground.untilState('ada', state);
    const other = await messenger.send('ada', { text: 'something else' }, { kind: 'user', name: 'user' });
    await until(() => reasonOf(other.id) === state);
    const id = tell();
    await until(() => stateOf(id) === 'submitted');
    expect(ada.submitted().at(-1)).toContain('please go on');
    await until(() => ada.submitted().at(-1)?.includes('something else') === true);
    await until(() => stateOf(other.id) === 'answered');
  });

  it('approves nothing: it waits while a dialog stands there', async () => {
    await say('/ask rm -r build');
    await ground.untilState('ada', 'approval');
    const id = tell();
    await until(() => reasonOf(id) === 'approval');
    expect(stateOf(id)).toBe('waiting');
    expect(ground.watch.roster.describe('ada')?.state).toBe('approval');
  });

  it('is taken back once nobody needs it, and is one message however often it is given', async () => {
    await say('/ask rm -r build');
    await ground.untilState('ada', 'approval');
    const id = tell();
    expect(tell()).toBe(id);
    await until(() => stateOf(id) === 'waiting');
    messenger.withdraw(id);
    expect(messenger.get(id).receipt).toMatchObject({ state: 'cancelled', reason: 'needless' });
    messenger.withdraw(id);
  });

  it('leaves the account alone that is at its limit: other mail waits even for an idle agent', async () => {
    ground.watch.fleet.setParked(new Set(['ada']));
    const { id } = await messenger.send('ada', { text: 'hello' }, { kind: 'user', name: 'user' });
    await until(() => reasonOf(id) === 'limited');
    ground.watch.fleet.setParked(new Set());
    ground.bus.emit({ type: 'agent.unparked', agent: 'ada', profile: 'x', pane: ada.pane, how: 'by-itself' });
    await until(() => stateOf(id) === 'answered');
  });
});
