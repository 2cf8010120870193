import { describe, expect, it } from 'vitest';
import { Repeats } from '../../src/api/repeats.ts';

describe('what is asked under a key', () => {
  it('is done once, also by two at the same time', async () => {
    const repeats = new Repeats<number>();
    let done = 0;
    const ask = () => repeats.once('k', '{}', async () => ++done);
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    expect(await ask()).toBe(1);
  });

  it('is refused for something else', async () => {
    const repeats = new Repeats<number>();
    await repeats.once('k', '{"a":1}', async () => 1);
    await expect(repeats.once('k', '{"a":2}', async () => 2)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('may be tried again where it failed', async () => {
    const repeats = new Repeats<number>();
    await expect(repeats.once('k', '', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await repeats.once('k', '', async () => 2)).toBe(2);
  });

  it('is forgotten after a thousand others', async () => {
    const repeats = new Repeats<number>();
    let done = 0;
    const ask = (key: string) => repeats.once(key, '', async () => ++done);
    await ask('first');
    for (let i = 0; i < 1_000; i++) await ask(String(i));
    expect(await ask('first')).toBe(1_002);
  });
});
