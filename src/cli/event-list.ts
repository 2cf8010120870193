import { cleanLine } from '../base/text.ts';
import type { Event } from '../model/event.ts';
import type { InputOf } from '../operations/routes.ts';
import { openClient } from './client.ts';
import type { Context } from './context.ts';
import { followEvents, type Gap } from './event-follow.ts';
import { untilInterrupted } from './interrupt.ts';
import { collectPages } from './pages.ts';

interface ShowOptions {
  follow?: true;
  agent?: string;
  type?: string;
  /** Milliseconds back from now. */
  since?: number;
  limit?: number;
}

type Choice = Pick<InputOf<'event.list'>, 'agent' | 'type' | 'since'>;

const SINCE_LIMIT = 10_000;

export async function showEvents(context: Context, options: ShowOptions): Promise<void> {
  const { agent, type, since, follow } = options;
  const limit = options.limit ?? (since === undefined ? (follow ? 10 : 100) : SINCE_LIMIT);
  // Which kinds there are is known to the worker, which says so; their list stands beside schemas, which load slowly.
  const choice: Choice = { agent, type: type as Choice['type'] };
  if (since !== undefined) choice.since = new Date(Date.now() - since).toISOString();
  if (follow) {
    await untilInterrupted((signal) => followFrom(context, { choice, limit, signal }));
    return;
  }
  const events = await listEvents(context, choice, limit);
  context.output.print({ events }, () => events.map(layEvent));
}

/** The newest so many, the newest last. */
async function listEvents(context: Context, choice: Choice, limit: number): Promise<Event[]> {
  const client = openClient(context);
  const events = await collectPages<Event>(limit, async (place) => {
    const page = await client.call('event.list', { ...choice, ...place });
    return { items: page.events, next: page.next };
  });
  return events.reverse();
}

interface FollowOptions {
  choice: Choice;
  limit: number;
  signal: AbortSignal;
}

/** What was, then what happens: the stream is open before the journal is read, so that nothing falls between them. */
async function followFrom(context: Context, { choice, limit, signal }: FollowOptions): Promise<void> {
  const { output } = context;
  const early: Event[] = [];
  const shown = new Set<string>();
  let listed = false;
  const show = (event: Event) => output.printEach(event, () => [layEvent(event)]);
  const showNew = (event: Event) => {
    if (!shown.delete(keyOf(event))) show(event);
  };
  await followEvents(context, choice, {
    signal,
    onOpen: async () => {
      if (listed) return;
      const events = await listEvents(context, choice, limit);
      for (const event of events) {
        shown.add(keyOf(event));
        show(event);
      }
      listed = true;
      for (const event of early) showNew(event);
    },
    onEvent: (event) => {
      // The two come over two connections: what the journal has told may come after it.
      if (listed) showNew(event);
      else early.push(event);
    },
    onGap: (gap) => output.printEach({ gap }, () => [layGap(gap)]),
    onLost: () => output.note('the worker does not answer; waiting for it'),
  });
}

/** The same for the same event, from the journal and from the stream. */
function keyOf(event: Event): string {
  return JSON.stringify(event, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function layGap({ missed }: Gap): string {
  const many = missed === null ? 'some events' : `${missed} events`;
  return `${many} were missed here; see: tmux-orchestrator events --since 1h`;
}

/** What the line says elsewhere, or what is for programs. */
const LEFT_OUT: readonly string[] = ['v', 'at', 'type', 'agent', 'profile', 'evidence', 'pane'];
const TYPE_COLUMNS = 22;

function layEvent(event: Event): string {
  const subject = 'agent' in event ? event.agent : 'schedule' in event ? event.schedule : '-';
  const rest = Object.entries(event)
    .filter(([key, value]) => !LEFT_OUT.includes(key) && value !== null)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const head = `${event.at}  ${event.type.padEnd(TYPE_COLUMNS)}${cleanLine(subject, 64)}`;
  return `${head}  ${cleanLine(rest.join(' '), 500)}`.trimEnd();
}
