import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServedRoom, type ServedRoom } from '../helpers/served-room.ts';

let room: ServedRoom;

beforeEach(async () => {
  room = await openServedRoom();
});

afterEach(() => room.close());

const asked = () => room.door.house.calls.map(({ name, input }) => [name, input]);

describe('schedule add', () => {
  it('says when, to whom and what', async () => {
    const { stdout, code } = await room.run(
      ...[
        'schedule',
        'add',
        '--cron',
        '0 9 * * 1-5',
        '--tz',
        'Europe/Berlin',
        '--team',
        'web',
        '--missed',
        'skip',
      ],
      ...['--name', 'morning', 'good morning'],
    );
    expect(code).toBe(0);
    expect(stdout).toContain('morning');
    expect(asked()).toEqual([
      [
        'schedule.add',
        {
          ...{
            name: 'morning',
            cron: '0 9 * * 1-5',
            zone: 'Europe/Berlin',
            missed: 'skip',
            text: 'good morning',
          },
          ...{ target: { kind: 'team', name: 'web' }, gate: null },
        },
      ],
    ]);
  });

  it('passes the words of a gate on as they are, with the place where it was given', async () => {
    const words = [
      '--gate',
      './has work',
      '--gate-arg=--since',
      '--gate-arg',
      '$(id)',
      '--gate-timeout',
      '5s',
    ];
    await room.run('schedule', 'add', '--every', '5m', '--agent', 'claude-3', ...words);
    expect(asked()).toMatchObject([
      [
        'schedule.add',
        {
          text: null,
          gate: { command: ['./has work', '--since', '$(id)'], directory: process.cwd(), timeoutMs: 5_000 },
        },
      ],
    ]);
  });

  it('reads a text from a file', async () => {
    writeFileSync(join(room.folder, 'text'), 'line 1\nline 2\n');
    await room.run('schedule', 'add', '--in', '5m', '--agent', 'claude-3', `@${join(room.folder, 'text')}`);
    expect(asked()).toMatchObject([['schedule.add', { text: 'line 1\nline 2\n', in: '5m' }]]);
  });

  it.each([
    [['--in', '5m'], 'agent or role or team must be given, and one only'],
    [['--in', '5m', '--agent', 'a', '--team', 'b'], 'agent or role or team must be given, and one only'],
    [['--in', '5m', '--agent', 'a', '--gate-arg', 'x'], 'there is no --gate to which this belongs'],
    [['--in', '5m', '--agent', 'a', '--missed', 'never'], 'Allowed choices are catch-up, skip'],
    [['--in', '5m', '--agent', 'A#(id)'], 'lower case letters'],
  ])('%j is refused with 2', async (words, message) => {
    const { stderr, code } = await room.run('schedule', 'add', ...words);
    expect(stderr).toContain(message);
    expect([code, asked()]).toEqual([2, []]);
  });
});

describe('schedules', () => {
  it('are listed and shown, with their next runs', async () => {
    expect((await room.run('schedule', 'list')).stdout).toMatch(
      /^a +\d{4}-.*every 1 min +agent claude-3\nb /,
    );
    expect((await room.run('schedule', 'show', 'a')).stdout).toMatch(
      /^a .*\nwhen +every 1 min\nto +agent claude-3/,
    );
    expect((await room.run('schedule', 'next', 'a', '--count', '3')).stdout).toMatch(/ a\n$/);
    const { stdout } = await room.run('schedule', 'list', '--json');
    expect(JSON.parse(stdout).schedules).toHaveLength(2);
  });

  it.each(['pause', 'resume', 'run', 'remove'])('can be told to %s', async (verb) => {
    const { stdout, code } = await room.run('schedule', verb, 'a');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/paused|every|fired|removed a/)]);
    expect(asked()).toEqual([[`schedule.${verb}`, { name: 'a' }]]);
  });
});
