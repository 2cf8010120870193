import type { Agent } from '../model/agent.ts';
import { describeLiveness } from '../model/liveness.ts';
import { readLiveness } from '../store/liveness.ts';
import { StateWatch } from '../store/state-watch.ts';
import { noteOf } from './agent-note.ts';
import { type Context, endWith } from './context.ts';
import { describeWorkerState, readView } from './state-view.ts';
import { renderStatus, type StatusView } from './status-table.ts';
import { readFreshUsage } from './usage-text.ts';

/** Shows the state until the user has seen enough or `ended` settles: as a table on a terminal, else as one line a change. */
export async function watchStatus(
  context: Context,
  { ended, wide = false }: { ended?: Promise<unknown>; wide?: boolean } = {},
): Promise<void> {
  const { output } = context;
  const show = output.isTerminal && !output.json ? new Screen(context, wide) : new Changes(context);
  try {
    endWith(await followState(context, (view) => show.update(view), ended));
  } finally {
    show.close();
  }
}

const SIGNAL_EXITS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Hands every new view on until a signal comes, which gives the exit code. Takes the signals over so that the terminal can be mended first. */
function followState(
  context: Context,
  show: (view: StatusView) => void,
  ended: Promise<unknown> | undefined,
): Promise<number> {
  const { runtime } = context.directories;
  return new Promise<number>((resolve, reject) => {
    let view = readView(runtime, Date.now());
    const guarded = (read: () => StatusView) => () => {
      try {
        view = read();
        show(view);
      } catch (error) {
        end(() => reject(error));
      }
    };
    const onChange = guarded(() => readView(runtime, Date.now()));
    const onTick = guarded(() => ({ ...view, liveness: readLiveness(view.worker, Date.now()) }));
    const watch = new StateWatch({ runtime, onChange, onTick });
    const end = (settle: () => void) => {
      watch.close();
      settle();
    };
    for (const [signal, code] of Object.entries(SIGNAL_EXITS)) {
      process.once(signal, () => end(() => resolve(code)));
    }
    void ended?.then(() => end(() => resolve(0)));
    onChange();
  });
}

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/** The table on the terminal's alternate screen, drawn over itself. */
class Screen {
  readonly #context: Context;
  readonly #wide: boolean;
  #view: StatusView | undefined;
  readonly #leave = () => this.#context.output.raw(LEAVE);
  readonly #redraw = () => this.#draw();

  constructor(context: Context, wide: boolean) {
    this.#context = context;
    this.#wide = wide;
    context.output.raw(ENTER);
    process.on('exit', this.#leave);
    process.stdout.on('resize', this.#redraw);
  }

  update(view: StatusView): void {
    this.#view = view;
    this.#draw();
  }

  close(): void {
    process.stdout.off('resize', this.#redraw);
    process.off('exit', this.#leave);
    this.#leave();
  }

  #draw(): void {
    if (this.#view === undefined) return;
    const { output, home, directories } = this.#context;
    const rows = process.stdout.rows ?? 24;
    const now = Date.now();
    const usage = this.#wide ? readFreshUsage(directories.runtime, now) : undefined;
    const options = { columns: output.columns, rows, now, colour: output.colour, home, usage };
    const lines = renderStatus(this.#view, options).slice(0, rows);
    output.raw(`\u001b[H${lines.map((line) => `\u001b[K${line}`).join('\r\n')}\u001b[J`);
  }
}

/** Whether nothing has changed that a line would tell. */
function isSame(a: Agent, b: Agent): boolean {
  const key = ({ state, since, paused, held, restartAt }: Agent) =>
    JSON.stringify([state, since, paused, held, restartAt]);
  return key(a) === key(b);
}

/** One line for each change, for pipes and files. */
class Changes {
  readonly #context: Context;
  #before = new Map<string, Agent>();
  #workerBefore = '';

  constructor(context: Context) {
    this.#context = context;
  }

  update(view: StatusView): void {
    this.#compareWorker(view);
    const now = new Map(view.agents.map((agent) => [agent.name, agent]));
    for (const agent of view.agents) this.#compare(agent);
    for (const name of this.#before.keys()) if (!now.has(name)) this.#say({ gone: name }, `${name} has gone`);
    this.#before = now;
  }

  close(): void {}

  #compareWorker(view: StatusView): void {
    if (view.liveness.status === this.#workerBefore) return;
    this.#workerBefore = view.liveness.status;
    this.#say({ worker: describeWorkerState(view) }, describeLiveness(view.liveness, Date.now()));
  }

  #compare(agent: Agent): void {
    const before = this.#before.get(agent.name);
    if (before !== undefined && isSame(before, agent)) return;
    const note = noteOf(agent, Date.now());
    const change =
      before === undefined || before.since === agent.since
        ? agent.state
        : `${before.state} -> ${agent.state}`;
    this.#say({ from: before?.state ?? null, agent }, `${agent.name} ${change}${note && `: ${note}`}`);
  }

  #say(document: object, text: string): void {
    const at = new Date().toISOString();
    this.#context.output.printEach({ at, ...document }, () => [`${at} ${text}`]);
  }
}
