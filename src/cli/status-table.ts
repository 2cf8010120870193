import { styleText } from 'node:util';
import { cutEnd, cutMiddle, padTo, widthOf } from '../base/columns.ts';
import { cleanLine } from '../base/text.ts';
import { formatDuration, formatLocalTime } from '../base/time-text.ts';
import type { Agent, WorkerState } from '../model/agent.ts';
import { describeLiveness, type Liveness } from '../model/liveness.ts';
import type { AgentState } from '../model/state.ts';
import type { Usage } from '../model/usage.ts';
import { needsYou, noteOf } from './agent-note.ts';
import { describeCpu, describeMachine, describeMemory } from './usage-text.ts';

/** What the state files say. */
export interface StatusView {
  worker: WorkerState | undefined;
  liveness: Liveness;
  agents: readonly Agent[];
}

export interface RenderOptions {
  /** Width of the terminal; `Infinity` cuts nothing. */
  columns: number;
  /** Height of the terminal; agents that do not fit are counted in the last line. */
  rows?: number;
  /** Milliseconds since the epoch. */
  now: number;
  colour: boolean;
  /** The user's home directory, shown as `~`. */
  home: string;
  /** What agents use, by name; shown where given. */
  usage?: Usage | undefined;
}

type Style = Parameters<typeof styleText>[0];

const STATE_STYLES: Readonly<Record<AgentState, Style>> = {
  approval: ['bold', 'yellow'],
  question: ['bold', 'yellow'],
  setup: ['bold', 'yellow'],
  error: ['bold', 'red'],
  dead: ['bold', 'red'],
  exited: ['bold', 'red'],
  stuck: ['bold', 'red'],
  suspended: ['bold', 'red'],
  limited: 'magenta',
  retrying: 'magenta',
  busy: 'cyan',
  compacting: 'cyan',
  starting: 'cyan',
  draft: 'blue',
  idle: 'green',
  unknown: 'dim',
};

/** The worker in two lines and the agents in a table, as lines for a terminal. Pure. */
export function renderStatus(view: StatusView, options: RenderOptions): string[] {
  const cut = (lines: string[]) => lines.map((line) => cutEnd(line, options.columns));
  const header = cut(renderHeader(view, options));
  if (view.agents.length === 0) return fitRows([...header, ...cut(describeEmpty(view))], options);
  const [heading = '', ...lines] = renderTable(orderByNeed(view.agents), options);
  const table = fitRows(lines, options, header.length + 2);
  return [...header, '', paint('dim', heading, options), ...table];
}

/** Those who need a person first; the order is kept otherwise. */
function orderByNeed(agents: readonly Agent[]): Agent[] {
  const rank = (agent: Agent) => (needsYou(agent) ? 0 : 1);
  return agents.toSorted((a, b) => rank(a) - rank(b));
}

function renderHeader({ worker, liveness, agents }: StatusView, { now, usage }: RenderOptions): string[] {
  if (worker === undefined) return [describeLiveness(liveness, now)];
  const machine = usage === undefined ? [] : [describeMachine(usage)];
  return [describeWorker(worker, liveness, now), describeCounts(worker, agents), ...machine];
}

function describeWorker(worker: WorkerState, liveness: Liveness, now: number): string {
  const tmux = describeServer(worker.tmux);
  if (liveness.status !== 'up') return `${describeLiveness(liveness, now)} · last known state:`;
  const startedAt = Date.parse(worker.startedAt);
  const since = `${formatLocalTime(startedAt, now)} (${formatDuration(now - startedAt)})`;
  return `worker ${cleanLine(worker.version, 20)} up since ${since} · ${tmux}`;
}

function describeServer({ status, version, socket, detail }: WorkerState['tmux']): string {
  const where = cleanLine(socket, 110);
  if (status === 'connected') return `tmux ${cleanLine(version ?? '', 20)} at ${where}`;
  if (status === 'stalled') return `tmux at ${where} does not answer`;
  return status === 'none'
    ? `no tmux server at ${where}`
    : `connecting to tmux: ${cleanLine(detail ?? where)}`;
}

function describeCounts({ panes }: WorkerState, agents: readonly Agent[]): string {
  const needing = agents.filter(needsYou).length;
  const limited = agents.filter((agent) => agent.state === 'limited').length;
  const counts = [
    `${countOf(agents.length, 'agent')} in ${countOf(panes, 'pane')}`,
    `${needing} ${needing === 1 ? 'needs' : 'need'} you`,
  ];
  return [...counts, ...(limited > 0 ? [`${limited} limited`] : [])].join(' · ');
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function describeEmpty({ liveness }: StatusView): string[] {
  return liveness.status === 'up' ? ['', 'no agents yet: start one in a tmux pane, for example claude'] : [];
}

const NAMES = ['name', 'state', 'since', 'cpu', 'memory', 'role', 'where', 'directory', 'note'] as const;
type ColumnName = (typeof NAMES)[number];

interface Column {
  heading: string;
  textOf(agent: Agent, options: RenderOptions): string;
  cut(text: string, width: number): string;
  /** Left out where no agent has anything in it. */
  isOptional?: true;
}

const NUMBER = { cut: cutEnd, isOptional: true } as const;

const COLUMNS: Readonly<Record<ColumnName, Column>> = {
  name: {
    heading: 'NAME',
    textOf: (agent) => cleanLine(agent.name, 64),
    cut: cutEnd,
  },
  state: { heading: 'STATE', textOf: (agent) => cleanLine(agent.state, 12), cut: cutEnd },
  since: {
    heading: 'SINCE',
    textOf: (agent, { now }) => formatDuration(now - Date.parse(agent.since)),
    cut: cutEnd,
  },
  cpu: { heading: 'CPU', textOf: (agent, { usage }) => describeCpu(usage?.agents[agent.name]), ...NUMBER },
  memory: {
    heading: 'MEM',
    textOf: (agent, { usage }) => describeMemory(usage?.agents[agent.name]),
    ...NUMBER,
  },
  role: { heading: 'ROLE', textOf: (agent) => roleOf(agent), cut: cutEnd, isOptional: true },
  where: { heading: 'WHERE', textOf: (agent) => placeOf(agent), cut: cutMiddle },
  directory: {
    heading: 'DIRECTORY',
    textOf: (agent, { home }) => shortenHome(cleanLine(agent.place.directory, 1_000), home),
    cut: cutMiddle,
  },
  note: { heading: 'NOTE', textOf: (agent, { now }) => noteOf(agent, now), cut: cutEnd },
};

/** What gives way when the terminal is narrow, step by step: column and the width it keeps. */
const SHRINK_ORDER: readonly (readonly [ColumnName, number])[] = [
  ['directory', 16],
  ['note', 24],
  ['where', 12],
  ['role', 12],
  ['directory', 0],
  ['note', 12],
  ['where', 0],
  ['role', 0],
  ['cpu', 0],
  ['memory', 0],
  ['name', 10],
  ['note', 0],
  ['since', 0],
];
const GAP = '  ';

/** `developer@web`: role and team of a managed agent. */
function roleOf({ role, team }: Agent): string {
  return `${cleanLine(role ?? '', 64)}${team === null ? '' : `@${cleanLine(team, 64)}`}`;
}

/** `session:window.pane`, as tmux itself writes targets. */
export function placeOf({ place, pane }: Agent): string {
  if (pane === null) return `${cleanLine(place.session, 60)}:no pane`;
  return `${cleanLine(place.session, 60)}:${place.windowIndex}.${place.paneIndex}`;
}

/** A path below the home directory begins with `~`. */
export function shortenHome(path: string, home: string): string {
  if (home === '' || home === '/') return path;
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function renderTable(agents: readonly Agent[], options: RenderOptions): string[] {
  const cells = agents.map((agent) => NAMES.map((name) => COLUMNS[name].textOf(agent, options)));
  const natural = NAMES.map((name, i) => {
    const { heading, isOptional } = COLUMNS[name];
    const width = Math.max(0, ...cells.map((row) => widthOf(row[i] ?? '')));
    return isOptional && width === 0 ? 0 : Math.max(widthOf(heading), width);
  });
  const widths = shrink(natural, options.columns);
  const heading = NAMES.map((name) => COLUMNS[name].heading);
  const rows = cells.map((row, i) => layRow(row, widths, styleOf(agents[i], options)));
  return [layRow(heading, widths), ...rows];
}

function shrink(natural: readonly number[], columns: number): number[] {
  const widths = [...natural];
  for (const [name, keep] of SHRINK_ORDER) {
    const excess = totalOf(widths) - columns;
    if (excess <= 0) break;
    const i = NAMES.indexOf(name);
    const width = widths[i] ?? 0;
    const wanted = Math.max(keep, width - excess);
    widths[i] = wanted < widthOf(COLUMNS[name].heading) ? 0 : Math.min(width, wanted);
  }
  return widths;
}

function totalOf(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, shown.length - 1);
}

type Paint = (text: string) => string;
const plain: Paint = (text) => text;

function styleOf(agent: Agent | undefined, options: RenderOptions): Paint {
  return (text) => (agent === undefined ? text : paint(STATE_STYLES[agent.state] ?? 'dim', text, options));
}

function layRow(row: readonly string[], widths: readonly number[], paintState: Paint = plain): string {
  const laid = NAMES.flatMap((name, i) => {
    const width = widths[i] ?? 0;
    if (width === 0) return [];
    const text = padTo(COLUMNS[name].cut(row[i] ?? '', width), width);
    return [name === 'state' ? paintState(text) : text];
  });
  return laid.join(GAP).trimEnd();
}

function paint(style: Style, text: string, { colour }: RenderOptions): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** Cuts lines that do not fit below each other, and says how many. */
function fitRows(lines: string[], { rows = Number.POSITIVE_INFINITY }: RenderOptions, taken = 0): string[] {
  const room = Math.max(1, rows - taken);
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more`];
}
