import { resolve } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';
import { laySchedule } from './schedule-list.ts';
import { readTextSource } from './text-source.ts';

export interface ScheduleOptions {
  cron?: string;
  every?: string;
  at?: string;
  in?: string;
  tz?: string;
  agent?: string;
  role?: string;
  team?: string;
  name?: string;
  gate?: string;
  gateArg?: string[];
  gateTimeout?: number;
  missed: 'catch-up' | 'skip';
}

const TEXT_BYTES_MAX = 32_768;

export async function addSchedule(
  context: Context,
  word: string | undefined,
  options: ScheduleOptions,
): Promise<void> {
  const { tz: zone, gate: _, gateArg: __, gateTimeout: ___, ...rest } = options;
  const text =
    word === undefined ? undefined : await readTextSource(word, { field: 'text', bytesMax: TEXT_BYTES_MAX });
  const input = { ...rest, zone, text, gate: gateOf(options) };
  const schedule = await openClient(context).call('schedule.add', input);
  context.output.print(schedule, () => laySchedule(schedule));
}

/** Its words go to the program as they are. */
function gateOf({ gate, gateArg = [], gateTimeout: timeoutMs }: ScheduleOptions) {
  if (gate !== undefined) return { command: [gate, ...gateArg], directory: resolve('.'), timeoutMs };
  if (gateArg.length === 0 && timeoutMs === undefined) return undefined;
  throw new OrchestratorError('USAGE', 'there is no --gate to which this belongs', {
    hint: 'name the program with --gate',
  });
}
