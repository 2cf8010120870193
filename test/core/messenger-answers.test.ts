import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/core/answers.ts';

const MESSAGE = { id: 'abcdefghjk', text: 'please say\nhello there to everybody' };

describe('an answer that is read from the screen', () => {
  it('is what stands behind the message, without the message itself however it is broken', () => {
    const rows = [
      '● before',
      '» [from user · abcdefghjk]',
      '  please say',
      '  hello there to',
      '  everybody',
      '',
      '● Hello.',
      '  All.',
    ];
    expect(readAnswer(rows, MESSAGE)).toBe('● Hello.\n  All.');
  });

  it('ends where the next message begins', () => {
    const rows = [
      '» [from user · abcdefghjk]',
      '  please say',
      '● Hello.',
      '» [from bob · zzzzzzzzzz]',
      '  more',
      '● No.',
    ];
    expect(readAnswer(rows, MESSAGE)).toBe('● Hello.');
  });

  it('may quote the envelope', () => {
    const rows = [
      '» [from user · abcdefghjk]',
      '  please say',
      '● You wrote [from user · abcdefghjk] to me.',
      '  So what?',
    ];
    expect(readAnswer(rows, MESSAGE)).toBe('● You wrote [from user · abcdefghjk] to me.\n  So what?');
  });

  it('is all that is left where the message has scrolled away', () => {
    expect(readAnswer(['  the end of it', '', ''], MESSAGE)).toBe('the end of it');
  });

  it('holds nothing that a terminal would obey', () => {
    expect(readAnswer(['» [from user · abcdefghjk]', '● a\u001b[31mb\u202ec\u0007'], MESSAGE)).toBe(
      '● a[31mbc',
    );
  });
});
