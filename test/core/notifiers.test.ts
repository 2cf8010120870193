import { beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../src/base/errors.ts';
import { openWay } from '../../src/core/notifier-ways.ts';
import { Notifiers, type Way } from '../../src/core/notifiers.ts';
import { RetryLaterError } from '../../src/host/webhook.ts';
import type { Notice } from '../../src/model/notice.ts';
import { composeDocument, composeLine, composeSlack } from '../../src/model/notice-text.ts';
import type { NotifierConfig } from '../../src/model/notifier.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const at = new Date(0).toISOString();
const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  ...{ id, key: id, kind: 'approval', agent: 'dev', team: 'web', since: at, dialog: null },
  ...{ text: `text ${id}`, evidence: 'seen', todo: 'do it', toldAt: at, overAt: null, ackedAt: null },
  ...more,
});

let clock: FakeClock;
let configs: NotifierConfig[];
let ways: Record<string, Way>;
let failures: string[];
let notifiers: Notifiers;

/** As the file has it. */
let disk: string;

beforeEach(() => {
  clock = new FakeClock();
  failures = [];
  ways = {};
  configs = [{ name: 'a', kind: 'tmux' }];
  disk = '{}';
  begin();
});

/** A worker, or the next one. */
function begin(): void {
  const unsent: Record<string, string[]> = JSON.parse(disk);
  notifiers = new Notifiers({
    ...{ clock, settings: () => configs, onFailure: (name) => failures.push(name), unsent },
    save: () => {
      disk = JSON.stringify(unsent);
    },
    openWay: ({ name }) => ways[name] ?? (async () => {}),
  });
}

/** Lets promises that are settled go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('notifiers', () => {
  it('that never come back delay nobody else, and what waits is bounded and then sent together', async () => {
    const got: string[][] = [];
    let release = () => {};
    const hanging: Way = (notices) => {
      got.push(notices.map(({ id }) => id));
      return new Promise((resolve) => {
        release = resolve;
      });
    };
    const quick: string[] = [];
    ways = { a: hanging, b: async (notices) => void quick.push(...notices.map(({ id }) => id)) };
    configs = [
      { name: 'a', kind: 'tmux' },
      { name: 'b', kind: 'desktop' },
    ];
    for (let i = 0; i < 300; i++) {
      notifiers.tell([notice(String(i))]);
      await Promise.resolve();
    }
    await settle();
    expect(quick).toHaveLength(300);
    expect(notifiers.list()[0]).toMatchObject({ waiting: 200, lost: 99, sent: 0 });
    release();
    await settle();
    expect(got.map((one) => one.length)).toEqual([1, 50]);
  });

  it('try for two minutes, later and later, and then give up', async () => {
    const times: number[] = [];
    ways = {
      a: async () => {
        times.push(clock.now());
        throw new OrchestratorError('FAILED', 'answered with status 500');
      },
    };
    notifiers.tell([notice('1')]);
    for (let i = 0; i < 130; i++) {
      await settle();
      clock.advance(1_000);
    }
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([
      ...[0, 1_000, 3_000, 7_000],
      ...[15_000, 31_000, 63_000, 123_000],
    ]);
    expect(failures).toEqual(['a']);
    expect(notifiers.list()[0]).toMatchObject({ lost: 1, lastFailure: 'answered with status 500' });
  });

  it('come back no sooner than they are asked to, within reason', async () => {
    const times: number[] = [];
    const asked = [0, 30_000, 10 ** 9];
    ways = {
      a: async () => {
        const afterMs = asked[times.push(clock.now()) - 1];
        if (afterMs !== undefined) throw new RetryLaterError('answered with status 429', afterMs);
      },
    };
    notifiers.tell([notice('1')]);
    for (let i = 0; i < 1_000; i++) {
      await settle();
      clock.advance(1_000);
    }
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1_000, 31_000, 931_000]);
    expect(failures).toEqual([]);
  });

  it('give up at once what trying again would not mend', async () => {
    ways = { a: () => Promise.reject(new OrchestratorError('REFUSED', 'no')) };
    notifiers.tell([notice('1')]);
    await settle();
    expect(failures).toEqual(['a']);
  });

  it('that were mended in the configuration get what waited for them', async () => {
    const got: string[] = [];
    ways = { a: () => Promise.reject(new OrchestratorError('FAILED', 'dead')) };
    notifiers.tell([notice('1')]);
    await settle();
    ways = { a: async (notices) => void got.push(...notices.map(({ id }) => id)) };
    configs = [{ name: 'a', kind: 'desktop' }];
    notifiers.tell([notice('2')]);
    await settle();
    expect([got, disk]).toEqual([['1', '2'], '{}']);
    expect(notifiers.list()).toMatchObject([{ sent: 2, waiting: 0, lost: 0 }]);
  });

  it('take only the kinds they were asked to', async () => {
    const got: string[] = [];
    ways = { a: async (notices) => void got.push(...notices.map(({ kind }) => kind)) };
    configs = [{ name: 'a', kind: 'tmux', events: ['held'] }];
    notifiers.tell([notice('1'), notice('2', { kind: 'held' })]);
    await settle();
    expect(got).toEqual(['held']);
  });

  it('are tested at once, and say what went wrong', async () => {
    ways = { a: () => Promise.reject(new OrchestratorError('FAILED', 'dead')) };
    await expect(notifiers.test('a', notice('1'))).rejects.toThrow('dead');
    await expect(notifiers.test('b', notice('1'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a worker that ends', () => {
  const refuse: Way = () => Promise.reject(new OrchestratorError('FAILED', 'dead'));
  const all = [notice('1'), notice('2'), notice('3')];

  it('leaves what waits for a notifier to the next one, which sends it once', async () => {
    const got: string[] = [];
    ways = { a: refuse };
    notifiers.tell([all[0] as Notice]);
    await settle();
    notifiers.tell(all.slice(1));
    expect(JSON.parse(disk)).toEqual({ a: ['1', '2', '3'] });
    notifiers.close();
    ways = { a: async (notices) => void got.push(...notices.map(({ id }) => id)) };
    for (let worker = 0; worker < 2; worker++) {
      begin();
      notifiers.open(all);
      await settle();
    }
    expect([got, disk]).toEqual([['1', '2', '3'], '{}']);
  });

  it('amid a sending leaves nothing of it: it may have come', async () => {
    ways = { a: () => new Promise(() => {}) };
    notifiers.tell([all[0] as Notice]);
    await settle();
    expect(disk).toBe('{}');
  });

  it('leaves nothing that is over or known by then, or for a notifier that is gone', async () => {
    configs = [
      { name: 'a', kind: 'tmux' },
      { name: 'b', kind: 'tmux' },
    ];
    ways = { a: refuse, b: refuse };
    notifiers.tell(all);
    await settle();
    notifiers.close();
    const got: string[] = [];
    ways = { a: async (notices) => void got.push(...notices.map(({ id }) => id)) };
    configs = configs.slice(0, 1);
    begin();
    notifiers.open([notice('1', { overAt: at }), notice('2', { ackedAt: at }), notice('3')]);
    await settle();
    expect([got, disk]).toEqual([['3'], '{}']);
  });
});

describe('the lead of a team', () => {
  it('gets one message of low priority about others, with every text in full', async () => {
    const sent: { to: string; text: string; priority: string }[] = [];
    const way = openWay(
      { name: 'a', kind: 'lead' },
      {
        ground: { clock, server: () => Promise.reject() as never },
        uid: 0,
        mail: {
          findLead: (team) => (team === 'web' ? 'boss' : null),
          send: async (to, { text, priority }) => sent.push({ to, text, priority }),
        },
      },
    );
    const mine = notice('3', { agent: 'boss' });
    const idle = notice('4', { kind: 'team-idle', agent: null });
    const other = notice('5', { team: 'other' });
    await way(
      [notice('1'), notice('2'), mine, idle, other, notice('6', { team: null })],
      new AbortController().signal,
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ to: 'boss', priority: 'low' });
    expect(sent[0]?.text.split('\n').slice(1)).toEqual(['- text 1 (seen). do it', '- text 2 (seen). do it']);
  });
});

describe('texts', () => {
  it('for Slack hold no links or mentions but as characters', () => {
    const { text } = JSON.parse(composeSlack([notice('1', { text: '<!channel> & <https://x|y>' })]));
    expect(text).toBe('• &lt;!channel&gt; &amp; &lt;https://x|y&gt; (seen). do it');
  });

  it('for one line name the first and count the others', () => {
    expect(composeLine([notice('1')])).toBe('text 1: do it');
    expect(composeLine([notice('1'), notice('2')])).toBe('text 1, and 1 more: tmux-orchestrator notice list');
    expect(JSON.parse(composeDocument([notice('1')])).notices).toHaveLength(1);
  });
});
