import { command, type PaneId, readPaneId } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** What one line of the list tells of a pane. Ids and numbers only: strings that a pane can choose stay out of lists. */
export interface PaneLine {
  id: PaneId;
  /** First process of the pane. */
  pid: number;
  /** Its terminal device, for example `/dev/pts/3`; empty in a dead pane on some versions. */
  tty: string;
  sessionId: string;
  windowId: string;
  windowIndex: number;
  paneIndex: number;
  dead: boolean;
  /** Second in which anything was last written in the pane's window. */
  activity: number;
}

const FORMAT =
  '#{pane_id} #{pane_pid} #{pane_tty} #{session_id} #{window_id} #{window_index} #{pane_index} #{pane_dead} #{window_activity}';
const LIST_PANES = command('list-panes', '-a', '-F', FORMAT);

/** What differs from the list before. */
export interface PaneChanges {
  /** New panes, and known ones of which anything in the list changed. */
  changed: PaneLine[];
  gone: PaneId[];
}

/**
 * Asks for all panes of the server and tells what changed since the last call. A quiet pane costs the comparison of its line;
 * when nothing at all changed, one comparison of the whole.
 */
export class PaneList {
  #lines: string[] = [];
  #panes = new Map<PaneId, { line: string; round: number }>();
  #round = 0;

  async refresh(server: TmuxServer): Promise<PaneChanges> {
    const [lines = []] = await server.run([LIST_PANES]);
    const before = this.#lines;
    this.#lines = lines;
    if (lines.length === before.length && lines.every((line, i) => line === before[i])) {
      return { changed: [], gone: [] };
    }
    return this.#compare(lines);
  }

  /** A window linked into several sessions lists its panes once for each; the first line counts. */
  #compare(lines: readonly string[]): PaneChanges {
    const round = ++this.#round;
    const changed: PaneLine[] = [];
    for (const line of lines) {
      const id = readPaneId(line.slice(0, line.indexOf(' ')));
      const known = this.#panes.get(id);
      if (known?.round === round) continue;
      if (known?.line !== line) changed.push(readLine(line));
      this.#panes.set(id, { line, round });
    }
    const gone = [...this.#panes].filter(([, pane]) => pane.round !== round).map(([id]) => id);
    for (const id of gone) this.#panes.delete(id);
    return { changed, gone };
  }
}

function readLine(line: string): PaneLine {
  const [id = '', pid, tty = '', sessionId = '', windowId = '', window, pane, dead, activity] =
    line.split(' ');
  return {
    id: readPaneId(id),
    pid: Number(pid),
    ...{ tty, sessionId, windowId },
    windowIndex: Number(window),
    paneIndex: Number(pane),
    dead: dead === '1',
    activity: Number(activity),
  };
}
