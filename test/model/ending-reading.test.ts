import { describe, expect, it } from 'vitest';
import { type PaneEnd, readEnding } from '../../src/model/ending-reading.ts';

const SHELL: PaneEnd = {
  ...{ dead: false, deadStatus: null, deadSignal: null },
  ...{ alternate: false, cursorVisible: true },
};

describe('the ending that a pane shows', () => {
  it('is a leave where a shell has the terminal as it was', () => {
    expect(readEnding(SHELL)).toEqual({ kind: 'shell', tidy: true });
  });

  it.each([{ alternate: true }, { cursorVisible: false }])('is a death where %o is left behind', (trace) => {
    expect(readEnding({ ...SHELL, ...trace })).toEqual({ kind: 'shell', tidy: false });
  });

  it('is the exit status of a dead pane, 0 too', () => {
    expect(readEnding({ ...SHELL, dead: true, deadStatus: 0 })).toEqual({ kind: 'status', status: 0 });
  });

  it('is the signal rather than the status where tmux tells both', () => {
    const end = { ...SHELL, dead: true, deadStatus: 0, deadSignal: 9 };
    expect(readEnding(end)).toEqual({ kind: 'signal', signal: 9 });
  });

  it('is unknown, and no leave, where tmux overlooked how a pane died', () => {
    expect(readEnding({ ...SHELL, dead: true })).toEqual({ kind: 'unknown' });
  });
});
