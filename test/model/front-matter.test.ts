import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinFrontMatter, splitFrontMatter } from '../../src/model/front-matter.ts';

describe('front matter', () => {
  it('stands between two fences, with the line numbers of the file', () => {
    const parts = splitFrontMatter('---\nname: a\nargs: [b]\n---\n\n# Who you are\n---\nnot a fence\n');
    expect(parts).toEqual({ head: '\nname: a\nargs: [b]\n', body: '\n# Who you are\n---\nnot a fence\n' });
  });

  it('may have line ends of Windows, blanks behind the fences, and nothing in it', () => {
    expect(splitFrontMatter('--- \r\nname: a\r\n---\r\nbody')).toEqual({ head: '\nname: a\n', body: 'body' });
    expect(splitFrontMatter('---\n---\nbody')).toEqual({ head: '\n\n', body: 'body' });
  });

  it.each([
    '',
    'name: a\n---\n',
    '\n---\nname: a\n---\n',
    '---\nname: a\n',
    '----\nname: a\n----\n',
    ' ---\na\n---',
  ])('is not there in %j', (text) => expect(splitFrontMatter(text)).toBeUndefined());

  it('comes back as it was joined', () => {
    const line = fc.string().filter((text) => !/[\r\n]/.test(text) && text.trimEnd() !== '---');
    fc.assert(
      fc.property(fc.array(line), fc.string(), (lines, body) => {
        const head = lines.map((one) => `${one}\n`).join('');
        const parts = splitFrontMatter(joinFrontMatter({ head, body: body.replaceAll('\r', '') }));
        expect(parts?.head.trim()).toBe(head.trim());
        expect(parts?.body.trim()).toBe(body.replaceAll('\r', '').trim());
      }),
    );
  });
});
