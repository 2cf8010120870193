import { describe, expect, it } from 'vitest';
import { Output, type OutputOptions } from '../../src/cli/output.ts';

function open(change: Partial<OutputOptions> & { outIsTty?: boolean; errIsTty?: boolean } = {}) {
  const written = { out: '', err: '' };
  const { outIsTty = true, errIsTty = true, ...rest } = change;
  const streamTo = (end: 'out' | 'err', isTTY: boolean) => ({
    isTTY,
    columns: 72,
    write: (text: string) => {
      written[end] += text;
    },
  });
  const output = new Output({
    ...{ json: false, quiet: false, colour: true, env: { TERM: 'xterm' } },
    stdout: streamTo('out', outIsTty),
    stderr: streamTo('err', errIsTty),
    ...rest,
  });
  return { output, written };
}

describe('colours', () => {
  it('are there on a terminal', () => {
    expect(open().output.style('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  });

  it.each([
    ['standard output is a pipe', { outIsTty: false }],
    ['NO_COLOR is set', { env: { NO_COLOR: '1', TERM: 'xterm' } }],
    ['the terminal is dumb', { env: { TERM: 'dumb' } }],
    ['--no-color was given', { colour: false }],
    ['JSON was asked for', { json: true }],
  ])('are left out where %s', (_case, change) => {
    expect(open(change).output.style('red', 'x')).toBe('x');
  });

  it('are there where NO_COLOR is empty', () => {
    expect(open({ env: { NO_COLOR: '', TERM: 'xterm' } }).output.colour).toBe(true);
  });

  it('are decided for each stream by itself', () => {
    const { output, written } = open({ outIsTty: false });
    output.fail({ code: 'FAILED', message: 'no' }, 1);
    expect(output.style('red', 'x')).toBe('x');
    expect(written.err).toContain('\u001b[31merror:');
  });
});

describe('what is said', () => {
  it('is text by default and a document with --json', () => {
    const text = open();
    text.output.print({ a: 1 }, () => ['one', 'two']);
    expect(text.written.out).toBe('one\ntwo\n');
    const json = open({ json: true });
    json.output.print({ a: 1 }, () => ['one']);
    expect(JSON.parse(json.written.out)).toEqual({ a: 1 });
  });

  it('is one line a result in a stream of JSON', () => {
    const { output, written } = open({ json: true });
    output.printEach({ a: 1 }, () => []);
    output.printEach({ a: 2 }, () => []);
    expect(written.out).toBe('{"a":1}\n{"a":2}\n');
  });

  it('leaves notes out with --quiet and --json, failures never', () => {
    for (const change of [{ quiet: true }, { json: true }]) {
      const { output, written } = open({ ...change, errIsTty: false });
      output.note('by the way');
      expect(written.err).toBe('');
      output.fail({ code: 'FAILED', message: 'no' }, 1);
      expect(written.err).toContain('no');
    }
  });

  it('cuts lines only where there is a terminal', () => {
    expect(open().output.columns).toBe(72);
    expect(open({ outIsTty: false }).output.columns).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('in the journal', () => {
  it('a failure is one line with the priority of an error, hint and all, and whatever it holds', () => {
    const { output, written } = open({ journal: true, errIsTty: false });
    output.fail({ code: 'CONFIG', message: 'bad\nkey\u001b[31m', hint: 'mend it' }, 78);
    expect(written.err).toBe('<3>error: bad key[31m (hint: mend it)\n');
  });

  it('where it came from is for debugging only', () => {
    const { output, written } = open({ journal: true, errIsTty: false });
    output.trace('Error: x\n    at y');
    expect(written.err).toBe('<7>Error: x\n<7>    at y\n');
  });
});
