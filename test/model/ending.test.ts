import { expect, it } from 'vitest';
import { type Ending, isTidy } from '../../src/model/ending.ts';

it.each<[Ending, boolean]>([
  [{ kind: 'status', status: 0 }, true],
  [{ kind: 'shell', tidy: true }, true],
  [{ kind: 'restart' }, true],
  [{ kind: 'status', status: 1 }, false],
  [{ kind: 'signal', signal: 9 }, false],
  [{ kind: 'shell', tidy: false }, false],
  [{ kind: 'vanished' }, false],
  [{ kind: 'server' }, false],
  [{ kind: 'unknown' }, false],
])('an ending %j was meant: %s', (ending, meant) => expect(isTidy(ending)).toBe(meant));
