import { describe, expect, it } from 'vitest';
import { isAbout, readFileLine, readJournalLine, renderLogLine } from '../../../src/host/service/log-line.ts';

const WORKER = {
  __CURSOR: 's=1;i=2',
  __REALTIME_TIMESTAMP: '1795390896685123',
  PRIORITY: '4',
  _PID: '77',
  MESSAGE: JSON.stringify({
    level: 40,
    agent: 'claude-1',
    to: 'approval',
    evidence: [{}],
    message: 'agent changed state',
  }),
};
const readEntry = (entry: object) => readJournalLine(JSON.stringify(entry));

describe('a line of the journal', () => {
  it('is what the worker said, with its fields', () => {
    expect(readEntry(WORKER)).toEqual({
      ...{ cursor: 's=1;i=2', at: 1795390896685.123, level: 'warn', message: 'agent changed state', pid: 77 },
      fields: { agent: 'claude-1', to: 'approval', evidence: [{}] },
    });
  });

  it('is plain text where systemd said it, and so about no agent', () => {
    const line = readEntry({ ...WORKER, PRIORITY: '6', MESSAGE: 'Started tmux-orchestrator.' });
    expect(line).toMatchObject({ level: 'info', message: 'Started tmux-orchestrator.', fields: {} });
  });

  it.each([
    ['bytes', [104, 105], 'hi'],
    ['nothing, because it was too long', null, ''],
    ['half an object', '{"level":', '{"level":'],
    ['a list', '[1]', '[1]'],
  ])('may hold %s', (_, MESSAGE, message) => {
    expect(readEntry({ ...WORKER, MESSAGE })).toMatchObject({ message });
  });

  it.each(['', 'not json', '[]', '"text"', '{}'])('is none when it reads %j', (text) => {
    expect(readJournalLine(text)).toBeUndefined();
  });
});

describe('a line of a log file', () => {
  it('brings its own time', () => {
    const text = '{"level":30,"time":"2026-11-22T23:00:00.000Z","agent":"pi-2","message":"found an agent"}';
    const at = Date.parse('2026-11-22T23:00:00.000Z');
    expect(readFileLine(text)).toEqual({
      at,
      level: 'info',
      message: 'found an agent',
      fields: { agent: 'pi-2' },
      pid: null,
    });
  });

  it('is a failure where it is no JSON: only what breaks writes that', () => {
    expect(readFileLine('FATAL ERROR: out of memory')).toMatchObject({ level: 'error', at: null });
  });
});

it('is about an agent by its field, not by its text', () => {
  const line = readFileLine('{"level":30,"agent":"pi-2","message":"pi-1"}');
  expect([isAbout(line, 'pi-2'), isAbout(line, 'pi-1'), isAbout(line, 'pi')]).toEqual([true, false, false]);
});

it('shows people no control characters, whatever a title or a path holds', () => {
  const line = readFileLine(
    JSON.stringify({ level: 30, message: 'a\u001b[31mb', 'k\u001b': 'x\ny', n: 1, list: [1] }),
  );
  expect(renderLogLine(line, Date.now())).toBe('info  a[31mb k="x y" n=1');
});
