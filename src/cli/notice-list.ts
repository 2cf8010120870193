import { cleanLine } from '../base/text.ts';
import { formatDuration } from '../base/time-text.ts';
import { openClient } from './client.ts';
import { layColumns } from './column-layout.ts';
import type { Context } from './context.ts';

export async function listNotices(context: Context, { all }: { all?: true }): Promise<void> {
  const { notices } = await openClient(context).call('notice.list', { all: all === true });
  context.output.print({ notices }, () =>
    notices.flatMap(({ id, kind, since, text, evidence, todo, overAt, ackedAt }) => {
      const mark = ackedAt !== null ? ' (acknowledged)' : overAt !== null ? ' (over)' : '';
      const age = formatDuration(Date.now() - Date.parse(since));
      return [
        `${id}  ${kind}  ${age} ago  ${cleanLine(text, 500)}${mark}`,
        `          seen by: ${cleanLine(evidence, 500)}`,
        `          ${cleanLine(todo, 500)}`,
      ];
    }),
  );
  if (notices.length === 0) context.output.note('nothing needs you');
}

export async function acknowledgeNotice({ output, ...context }: Context, id: string): Promise<void> {
  const answer = await openClient(context).call('notice.ack', { id });
  output.print(answer, () => [`acknowledged ${answer.acknowledged}`]);
}

export async function listNotifiers(context: Context): Promise<void> {
  const { notifiers } = await openClient(context).call('notifier.list', {});
  context.output.print({ notifiers }, () =>
    layColumns(
      notifiers.map(({ name, kind, sent, waiting, lost, lastFailure }) => [
        cleanLine(name, 64),
        kind,
        `${sent} sent, ${waiting} waiting, ${lost} lost`,
        lastFailure === null ? '' : `last failure: ${cleanLine(lastFailure, 500)}`,
      ]),
    ),
  );
  if (notifiers.length === 0)
    context.output.note('nobody is told: name notifiers in config.yaml at notices.notifiers');
}

/** Longer than any notifier may take. */
const TEST_TIMEOUT_MS = 30_000;

export async function testNotifier(
  { output, ...context }: Context,
  name: string,
  { team }: { team?: string },
): Promise<void> {
  const input = team === undefined ? { name } : { name, team };
  const answer = await openClient(context).call('notifier.test', input, { timeoutMs: TEST_TIMEOUT_MS });
  output.print(answer, () => [`${cleanLine(name, 64)} took the test notice`]);
}

export async function finishTeam({ output, ...context }: Context, name: string): Promise<void> {
  const answer = await openClient(context).call('team.done', { name });
  output.print(answer, () => [`team ${cleanLine(name, 64)} is done`]);
}
