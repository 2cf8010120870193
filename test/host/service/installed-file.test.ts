import { describe, expect, it } from 'vitest';
import {
  decideRemoval,
  decideWrite,
  type FoundFile,
  judgeFile,
} from '../../../src/host/service/installed-file.ts';
import { sealText } from '../../../src/host/service/seal.ts';

const seal = (body: string, version = '1.0.0') => sealText(body, { version, form: 'unit' });
const file = (text: string): FoundFile => ({ kind: 'file', text, program: undefined });
const WANTED = seal('[Service]\nType=notify\n');
const own = { main: '/new/dist/cli/main.js', version: '1.0.0' };
const ask = { path: '/x.service', wanted: WANTED, force: false, own, other: undefined };
const EDITED = file(`${seal('[Service]\nType=exec\n')}Nice=5\n`);
const FOREIGN = file('[Service]\nExecStart=/bin/true\n');

describe('a service file that is there already', () => {
  it.each([
    ['absent', { kind: 'absent' } as const],
    ['current', file(WANTED)],
    ['outdated', file(seal('[Service]\nType=exec\n', '0.9.0'))],
    ['edited', EDITED],
    ['foreign', FOREIGN],
    ['foreign', { kind: 'link', target: '/dev/null' } as const],
  ])('is %s', (status, found) => {
    expect(judgeFile(found, WANTED)).toBe(status);
  });

  it('is written when it is absent or outdated, and left when it is current', () => {
    expect(decideWrite({ ...ask, found: { kind: 'absent' } })).toBe(true);
    expect(decideWrite({ ...ask, found: file(seal('[Service]\nType=exec\n')) })).toBe(true);
    expect(decideWrite({ ...ask, found: file(WANTED) })).toBe(false);
  });

  it.each([
    ['was changed by hand', EDITED],
    ['is not from tmux-orchestrator', FOREIGN],
    ['is masked', { kind: 'link', target: '/dev/null' } as const],
    ['is a link to /home/me/dotfiles/x', { kind: 'link', target: '/home/me/dotfiles/x' } as const],
  ])('is not overwritten when it %s, unless by force', (words, found) => {
    const refusal = catchError(() => decideWrite({ ...ask, found }));
    expect(refusal).toMatchObject({ code: 'CONFIG', exitCode: 78, hint: expect.stringContaining('--force') });
    expect(refusal.message).toContain(words);
    expect(decideWrite({ ...ask, found, force: true })).toBe(true);
  });

  it('is not switched to this copy of the program behind the back of another one that is still there', () => {
    const other = { main: '/old/dist/cli/main.js', version: '0.9.0' };
    const found = file(seal('[Service]\nType=exec\n', '0.9.0'));
    const refusal = catchError(() => decideWrite({ ...ask, found, other }));
    expect(refusal.message).toContain('0.9.0 (/old/dist/cli/main.js)');
    expect(refusal.message).toContain('1.0.0 (/new/dist/cli/main.js)');
    expect(decideWrite({ ...ask, found, other, force: true })).toBe(true);
  });

  it('is removed when it is ours, and only by force when somebody changed or wrote it', () => {
    const path = '/x.service';
    expect(decideRemoval({ path, found: file(WANTED), force: false })).toBe(true);
    expect(decideRemoval({ path, found: { kind: 'absent' }, force: false })).toBe(false);
    for (const found of [EDITED, FOREIGN]) {
      expect(catchError(() => decideRemoval({ path, found, force: false }))).toMatchObject({ exitCode: 78 });
      expect(decideRemoval({ path, found, force: true })).toBe(true);
    }
  });
});

function catchError(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
