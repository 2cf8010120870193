import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/model/message.ts';
import { moveReceipt } from '../../src/model/receipt.ts';
import { Mailbox } from '../../src/store/mailbox.ts';
import { message } from '../helpers/message.ts';

const UID = process.getuid?.() ?? 0;
const NOW = '2026-11-23T02:00:00.000Z';
let state: string;
let box: Mailbox;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tmo-mail-'));
  box = new Mailbox(state, UID);
});

afterEach(() => rmSync(state, { recursive: true, force: true }));

/** All files below a folder as `FOLDER/FILE`, sorted. */
function files(folder: string): string[] {
  return readdirSync(join(state, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(state, folder, path)).isFile())
    .sort();
}

function accept(change: Partial<Message> = {}): Message {
  const one = message(change);
  box.accept(one);
  return one;
}

const reload = () => new Mailbox(state, UID).load();

describe('a message', () => {
  it('lies in one folder after the other, whole each time', () => {
    const one = accept();
    const seen = [files('mail/ada')];
    box.claim(one);
    seen.push(files('mail/ada'));
    box.unclaim(one);
    seen.push(files('mail/ada'));
    box.claim(one);
    const done = { ...one, receipt: moveReceipt(one.receipt, 'failed', NOW, { reason: 'gone' }) };
    box.finish(done);
    seen.push(files('mail/ada'));
    expect(seen).toEqual(['new', 'cur', 'new', 'done'].map((folder) => [`${folder}/${one.id}.json`]));
    expect(reload()).toEqual([done]);
  });

  it('keeps what was written into it in whatever folder it is', () => {
    const [a, b, c] = [accept(), accept(), accept()];
    box.claim(b);
    box.finish(c);
    const changed = [a, b, c].map((one) => ({ ...one, tries: 3, text: 'ünïcödé 👩‍🔬\n\tend' }));
    for (const one of changed) box.update(one);
    expect(files('mail/ada')).toEqual([`cur/${b.id}.json`, `done/${c.id}.json`, `new/${a.id}.json`]);
    expect(reload()).toEqual(changed);
    expect([a, b, c].map((one) => box.stageOf(one))).toEqual(['new', 'cur', 'done']);
  });

  it('is finished without a delivery when it expires or is cancelled', () => {
    const one = accept();
    box.finish(one);
    expect(files('mail/ada')).toEqual([`done/${one.id}.json`]);
  });

  it('is readable by its owner alone, as are the folders around it', () => {
    const old = process.umask(0);
    try {
      accept({ to: 'grace' });
    } finally {
      process.umask(old);
    }
    const modes = readdirSync(state, { recursive: true, encoding: 'utf8' }).map((path) => {
      const stats = statSync(join(state, path));
      return (stats.mode & 0o777) - (stats.isFile() ? 0o600 : 0o700);
    });
    expect(modes.length).toBe(9);
    expect(new Set(modes)).toEqual(new Set([0]));
  });

  it.each<[string, (one: Message) => unknown]>([
    ['claimed', (one) => box.claim(one)],
    ['unclaimed', (one) => box.unclaim(one)],
    ['updated', (one) => box.update(one)],
    ['finished', (one) => box.finish(one)],
  ])('that is not there cannot be %s', (_, act) => {
    expect(() => act(message())).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(files('mail/ada')).toEqual([]);
  });

  it.each(['new', 'cur', 'done'] as const)('does not take the place of one that lies in %s', (stage) => {
    const one = accept();
    if (stage !== 'new') box.claim(one);
    if (stage === 'done') box.finish(one);
    expect(() => box.accept({ ...one, text: 'another' })).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
    expect(reload()).toEqual([one]);
  });

  it.each([
    { to: '../ada' },
    { to: 'ada/..' },
    { to: '' },
    { to: 'Ada' },
    { to: 'a\u0000' },
    { id: '../../../x' },
    { id: '0123456789/' },
    { id: '.' },
  ])('with a name or an id that is none (%j) makes no path', (change) => {
    expect(() => box.accept(message(change))).toThrow(/is not a name|is no id/);
    expect(files('')).toEqual([]);
  });

  it('can be accepted after a person has removed the folder', () => {
    accept();
    rmSync(join(state, 'mail/ada'), { recursive: true });
    expect(() => accept()).toThrow(expect.objectContaining({ code: 'FAILED' }));
    accept();
    expect(files('mail/ada')).toHaveLength(1);
  });
});

describe('at the start', () => {
  it('everything of everyone is there in the order of acceptance', () => {
    const sent = [accept({ to: 'grace' }), accept(), accept({ to: 'grace' }), accept({ to: 'ken' })];
    box.claim(sent[2] ?? message());
    box.finish(sent[0] ?? message());
    expect(reload()).toEqual(sent);
    expect(box.agents()).toEqual(['ada', 'grace', 'ken']);
  });

  it.each([
    ['new', 'cur'],
    ['new', 'done'],
    ['cur', 'done'],
  ] as const)('of a message in %s and %s the later one counts', (early, late) => {
    const one = accept();
    const path = (stage: string) => join(state, 'mail/ada', stage, `${one.id}.json`);
    rmSync(path('new'));
    writeFileSync(path(early), JSON.stringify({ ...one, tries: 1 }));
    writeFileSync(path(late), JSON.stringify({ ...one, tries: 2 }));
    expect(reload()).toEqual([{ ...one, tries: 2 }]);
    expect(files('mail/ada')).toEqual([`${late}/${one.id}.json`]);
  });

  it('what was only half written is gone', () => {
    const one = accept();
    writeFileSync(join(state, 'mail/ada/tmp/0000000009.json'), '{"v":1,');
    expect(reload()).toEqual([one]);
    expect(files('mail/ada')).toEqual([`new/${one.id}.json`]);
  });

  it('what cannot be understood is put aside, told once, and never deleted', () => {
    const one = accept();
    const folder = join(state, 'mail/ada');
    writeFileSync(join(folder, 'new/0000000001.json'), '{"v":1,');
    writeFileSync(join(folder, 'cur/0000000002.json'), JSON.stringify({ ...one, priority: 'soon' }));
    writeFileSync(join(folder, 'done/0000000003.json'), JSON.stringify(one));
    writeFileSync(join(folder, 'new/notes.txt'), 'mine');
    mkdirSync(join(folder, 'new/0000000004.json'));
    writeFileSync(join(state, 'elsewhere'), JSON.stringify({ ...one, id: '0000000005' }));
    symlinkSync(join(state, 'elsewhere'), join(folder, 'new/0000000005.json'));
    writeFileSync(join(folder, 'new/0000000006.json'), '');
    const again = new Mailbox(state, UID);
    expect(again.load()).toEqual([one]);
    const names = [
      ...['cur-0000000002.json', 'done-0000000003.json', 'new-0000000001.json', 'new-0000000004.json'],
      ...['new-0000000005.json', 'new-0000000006.json', 'new-notes.txt'],
    ];
    expect(again.takeBroken().sort()).toEqual(names.map((name) => join(folder, 'broken', name)));
    expect(again.takeBroken()).toEqual([]);
    expect(readdirSync(join(folder, 'broken')).sort()).toEqual(names);
    expect(readFileSync(join(folder, 'broken/new-0000000001.json'), 'utf8')).toBe('{"v":1,');
  });

  it('a second broken file of the same name does not replace the first', () => {
    accept();
    for (const text of ['one', 'two']) {
      writeFileSync(join(state, 'mail/ada/new/0000000001.json'), text);
      reload();
    }
    expect(
      files('mail/ada/broken').map((file) => readFileSync(join(state, 'mail/ada/broken', file), 'utf8')),
    ).toEqual(['one', 'two']);
  });

  it('folders that others may enter or that are links are refused', () => {
    accept();
    chmodSync(join(state, 'mail/ada/new'), 0o755);
    expect(reload).toThrow(expect.objectContaining({ code: 'DIRECTORY' }));
    chmodSync(join(state, 'mail/ada/new'), 0o700);
    symlinkSync('/tmp', join(state, 'mail/grace'));
    expect(() => accept({ to: 'grace' })).toThrow(/it is a symbolic link/);
  });
});

describe('a new name', () => {
  it('takes all mail along', () => {
    const [a, b] = [accept(), accept()];
    box.claim(b);
    box.rename('ada', 'grace');
    expect(reload()).toEqual([a, b].map((one) => ({ ...one, to: 'grace' })));
    expect(box.agents()).toEqual(['grace']);
    box.unclaim({ ...b, to: 'grace' });
    accept();
    expect(box.agents()).toEqual(['ada', 'grace']);
  });

  it('that has mail of its own keeps both', () => {
    const sent = [accept(), accept({ to: 'grace' }), accept()];
    box.rename('ada', 'grace');
    expect(reload()).toEqual(sent.map((one) => ({ ...one, to: 'grace' })));
    expect(existsSync(join(state, 'mail/ada'))).toBe(false);
  });

  it('for somebody without mail, or the same name, changes nothing', () => {
    const one = accept();
    box.rename('ada', 'ada');
    box.rename('ken', 'grace');
    expect(reload()).toEqual([one]);
  });
});

describe('pruning', () => {
  const HOUR = 3_600_000;
  const limits = { keepMs: 24 * HOUR, keepMax: 3, now: Date.UTC(2026, 10, 23) };

  function finished(ageHours: number): Message {
    const one = accept();
    box.finish(one);
    const seconds = (limits.now - ageHours * HOUR) / 1000;
    utimesSync(join(state, 'mail/ada/done', `${one.id}.json`), seconds, seconds);
    return one;
  }

  it('removes what is too old and what is too much, finished messages only', () => {
    const all = [30, 1, 5, 4, 3, 25].map(finished);
    const waiting = accept();
    const claimed = box.claim(accept());
    expect(box.prune('ada', limits).sort()).toEqual([all[0], all[2], all[5]].map((one) => one?.id).sort());
    expect(reload()).toEqual([all[1], all[3], all[4], waiting, claimed]);
    expect(box.prune('ada', limits)).toEqual([]);
  });

  it('takes the text file of a message along', () => {
    const one = finished(30);
    const path = box.writeText(one, 'long');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['long', 0o600]);
    box.prune('ada', limits);
    expect(existsSync(path)).toBe(false);
  });
});
