import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsTo, PATHS } from '../helpers/hostile-names.ts';
import { askWorker, type NetworkWorker, openNetworkWorker } from '../helpers/network-room.ts';
import { until } from '../helpers/until.ts';

const RATES = [
  ...['reads', 'messages', 'messagesToOne', 'controls', 'spawns'].map(
    (what) => `  ${what}PerMinute: 100000\n`,
  ),
  'agents:\n  max: 16\n',
].join('');

/** A stand-in that comes up and answers at once. */
const QUICK = ['--startup-ms', '50', '--answer-ms', '50'];

let worker: NetworkWorker;
/** Is made where anything is executed. */
let canary: string;
let payloads: string[];
beforeAll(async () => {
  worker = await openNetworkWorker(RATES);
  canary = join(worker.room.home.path, 'canary');
  payloads = commandsTo(canary);
});
afterAll(() => worker.close());

const ask = (method: string, path: string, body?: unknown) =>
  askWorker(worker, { method, path, body, token: worker.tokens.admin });

/** What tmux runs in the background needs a moment. */
async function expectNothingRan(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(existsSync(canary)).toBe(false);
  expect(worker.room.home.workerState().counters.connects).toBe(1);
  await worker.room.tmux.run('has-session');
}

const spawn = (name: string, more: object) =>
  ask('POST', '/agents', {
    ...{ name, profile: 'stand-in', directory: worker.room.home.path, args: QUICK },
    ...more,
  });

describe('what somebody writes into a field', () => {
  it('is a canary that would sing: tmux executes it in a name', async () => {
    const { tmux, home } = worker.room;
    const control = join(home.path, 'control');
    // A client that leaves takes what it had executed along, now and then before it was done.
    await until(async () => {
      await tmux.run('new-window', '-d', '-n', `#(touch ${control})`);
      return existsSync(control);
    });
  });

  it('is refused where a name belongs, in every field', async () => {
    for (const payload of [...payloads, ...PATHS.filter((_, i) => i % 20 === 0)]) {
      const answers = await Promise.all([
        ...['name', 'profile', 'role', 'session', 'window'].map((field) =>
          spawn('eve', { [field]: payload }),
        ),
        ask('POST', '/agents/ada/rename', { to: payload }),
        ask('POST', '/broadcast', { team: payload, text: 'x' }),
        ask('POST', '/roles', { name: payload }),
        ask('POST', '/roles', { name: 'eve', from: payload }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(400));
    }
    expect(worker.room.home.agentNames().filter((name) => name === 'eve')).toEqual([]);
    await expectNothingRan();
  });

  it('is a word among words in arguments, variables and the brief of an agent', async () => {
    const env = Object.fromEntries(
      payloads
        .filter((one) => !one.includes('\u0000'))
        .map((one, i) => [`HOSTILE_${i}`, one.replace(/[\r\n]/g, ' ')]),
    );
    const args = [...QUICK, '--name', `#(touch ${canary}) ; run-shell 'touch ${canary}' ;`];
    const { status, body } = await spawn('ada', { env, args, brief: payloads.slice(0, 20).join('\n') });
    expect({ status, body: status === 200 ? '' : body }).toEqual({ status: 200, body: '' });
    await worker.room.home.untilState('ada', 'idle');
    await expectNothingRan();
  });

  it('is a directory like others', async () => {
    for (const [i, name] of [
      `#(touch canary)`,
      'a;b',
      'a ; run-shell x ;',
      '$(touch canary)',
      '#{E:x}',
      'it\'s "x"',
      '-x',
    ].entries()) {
      const directory = join(worker.room.home.path, name);
      mkdirSync(directory);
      const { status, body } = await spawn(`dir-${i}`, { directory });
      expect({ name, status, body: status === 200 ? '' : body }).toEqual({ name, status: 200, body: '' });
      for (const place of [directory, worker.room.home.path])
        expect(existsSync(join(place, 'canary'))).toBe(false);
    }
    const cwd = await worker.room.tmux.run('list-panes', '-a', '-F', '#{pane_current_path}');
    expect(cwd).toContain('#(touch canary)');
    await expectNothingRan();
  });

  it('is text in a message: nothing of it leaves the prompt', async () => {
    const texts = payloads.filter((one, i) => /201~|run-shell|^#\(|^x;/.test(one) || i % 8 === 0);
    const ids: string[] = [];
    for (const [i, text] of texts.entries()) {
      const message = { text: `${text} end`, idempotencyKey: `${i} #(touch ${canary})` };
      const { status, body } = await ask(
        'POST',
        `/agents/${i % 2 === 0 ? 'ada' : `dir-${i % 7}`}/messages`,
        message,
      );
      expect(status).toBe(200);
      ids.push(JSON.parse(body).id);
    }
    expect(ids.length).toBeGreaterThan(10);
    const states = async () => {
      const { messages } = await worker.room.client.call('message.list', { limit: 100 });
      return messages.filter(({ id }) => ids.includes(id)).map(({ receipt }) => receipt.state);
    };
    await until(async () => (await states()).every((state) => /^(?:submitted|answered)$/.test(state)), {
      timeoutMs: 40_000,
      describe: () => worker.room.worker.output.split('\n').slice(-5).join('\n'),
    });
    await expectNothingRan();
  });
});

describe('what lies outside', () => {
  const SECRET = 'canary-outside';
  let project: string;
  beforeAll(() => {
    const { home } = worker.room;
    project = join(home.path, 'project');
    const secret = join(home.path, 'outside.md');
    const role = `---\nname: leak\ndescription: ${SECRET}\n---\n${SECRET}\n`;
    writeFileSync(secret, role);
    for (const [folder, extension] of [
      ['roles', 'md'],
      ['teams', 'yaml'],
    ] as const) {
      const shelves = [join(project, '.tmux-orchestrator', folder), join(home.config, folder)];
      for (const shelf of shelves) {
        mkdirSync(shelf, { recursive: true, mode: 0o700 });
        symlinkSync(secret, join(shelf, `leak.${extension}`));
        symlinkSync('../../outside.md', join(shelf, `leak-relative.${extension}`));
        symlinkSync('/etc/passwd', join(shelf, `passwd.${extension}`));
        symlinkSync('/dev/zero', join(shelf, `zero.${extension}`));
        symlinkSync(shelf, join(shelf, `folder.${extension}`));
      }
    }
  });

  it('is read by no name, in no coding, through no link', async () => {
    const links = ['leak', 'leak-relative', 'passwd', 'zero', 'folder'];
    const words = [
      ...links,
      ...PATHS,
      '../outside',
      '../../outside.md',
      '..%2foutside',
      'roles/../../outside',
    ];
    for (const kind of ['roles', 'teams']) {
      for (let i = 0; i < words.length; i += 10) {
        const answers = await Promise.all(
          words
            .slice(i, i + 10)
            .flatMap((word) => [
              ask('GET', `/${kind}/${encodeURIComponent(word)}`),
              ask('GET', `/${kind}/${encodeURIComponent(word)}?directory=${encodeURIComponent(project)}`),
            ]),
        );
        for (const { status, body } of answers) {
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
          expect(body).not.toMatch(/canary-outside|root:x:/);
        }
      }
      const list = await ask('GET', `/${kind}?directory=${encodeURIComponent(project)}`);
      expect(list.status).toBe(200);
      expect(list.body).not.toMatch(/canary-outside|root:x:/);
    }
  });

  it('is written by no name: a role is made in its own folder or not at all', async () => {
    const before = existsSync('/tmp/tmo-evil.md');
    for (const name of ['../tmo-evil', '/tmp/tmo-evil', '..%2ftmo-evil', 'leak']) {
      expect((await ask('POST', '/roles', { name })).status).toBeGreaterThanOrEqual(400);
    }
    expect(existsSync('/tmp/tmo-evil.md')).toBe(before);
    const { body } = await ask('POST', '/roles', { name: 'fine' });
    expect(JSON.parse(body).path).toBe(join(worker.room.home.config, 'roles/fine.md'));
  });

  it('is no directory to work in where it is none, or not absolute', async () => {
    const outside = [
      '',
      '.',
      'relative',
      '~',
      '$HOME',
      '#(id)',
      '/nowhere',
      '/etc/passwd',
      '/dev/null',
      '/x\u0000',
      '/x\n',
      'file:///',
    ];
    for (const directory of outside) {
      const { status } = await spawn('eve', { directory });
      expect({ directory, status }).toEqual({ directory, status: 400 });
    }
  });
});
