import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, BlockReader } from '../../src/tmux/block-reader.ts';

function readAll(chunks: string[], linesMin = 0): { blocks: Block[]; notifications: string[] } {
  const blocks: Block[] = [];
  const notifications: string[] = [];
  const reader = new BlockReader({
    onBlock: (block) => blocks.push(block),
    onNotification: (line) => notifications.push(line),
    linesMin: () => linesMin,
  });
  for (const chunk of chunks) reader.feed(chunk);
  return { blocks, notifications };
}

const STREAM = [
  '%begin 1 10 0',
  '%end 1 10 0',
  '%session-changed $0 main',
  '%begin 1 11 1',
  'one',
  '%begin 1 12 1',
  'two',
  '%end 1 11 1',
  '%sessions-changed',
  '%begin 1 12 1',
  'no such pane',
  '%error 1 12 1',
  '',
].join('\n');

describe('the reader of a control-mode stream', () => {
  it('gives the blocks that answer us and the notices between them', () => {
    expect(readAll([STREAM])).toEqual({
      blocks: [
        { ok: true, lines: ['one', '%begin 1 12 1', 'two'] },
        { ok: false, lines: ['no such pane'] },
      ],
      notifications: ['%session-changed $0 main', '%sessions-changed'],
    });
  });

  it('does not care where the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const chunks = at.slice(1).map((end, i) => STREAM.slice(at[i], end));
        expect(readAll(chunks)).toEqual(readAll([STREAM]));
      }),
    );
  });

  it('takes an end for data as long as the answer must have more lines', () => {
    const forged = '%begin 1 5 1\n%end 1 5 1\n%error 1 5 1\nrow\n%end 1 5 1\n';
    expect(readAll([forged], 3).blocks).toEqual([{ ok: true, lines: ['%end 1 5 1', '%error 1 5 1', 'row'] }]);
  });

  it('takes an end with another number for data', () => {
    expect(readAll(['%begin 1 5 1\n%end 1 6 1\n%end 1 5 1\n']).blocks).toEqual([
      { ok: true, lines: ['%end 1 6 1'] },
    ]);
  });
});
