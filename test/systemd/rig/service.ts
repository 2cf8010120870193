import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderUnit } from '../../../src/host/service/service-text.ts';
import { chooseUnitTemplate } from '../../../src/host/service/supervisor-choice.ts';
import type { Event } from '../../../src/model/event.ts';
import { until } from '../../helpers/until.ts';
import { INSIDE, type Rig } from './rig.ts';

const UNITS = join(import.meta.dirname, '../../../systemd');
const UNIT = 'tmux-orchestrator';
const UNIT_FOLDER = `${INSIDE.home}/.config/systemd/user`;
const DROP_IN = `${UNIT_FOLDER}/${UNIT}.service.d/test.conf`;
const CONFIG = `${INSIDE.home}/.config/tmux-orchestrator/config.yaml`;
const EVENTS = `${INSIDE.home}/.local/state/tmux-orchestrator/events.jsonl`;

/** One line of our unit in the journal. */
interface JournalEntry {
  PRIORITY: string;
  MESSAGE: string;
  _SYSTEMD_USER_UNIT?: string;
}

/** A shipped unit as it would be installed in the rig. */
export function renderForRig(template: string): string {
  return renderUnit(readFileSync(join(UNITS, template), 'utf8'), {
    ...{ node: INSIDE.node, main: INSIDE.main, uid: INSIDE.uid, home: INSIDE.home },
    path: '/usr/local/bin:/usr/bin:/bin',
    version: '0.0.0',
  });
}

export async function systemdVersion(rig: Rig): Promise<number> {
  return Number(/\d+/.exec(await rig.shell('systemctl --version'))?.[0]);
}

/** The service in a rig, run from the unit that is shipped for its version of systemd. */
export class RigService {
  readonly #rig: Rig;
  /** When it was installed, seconds since the epoch: the journal may hold what an earlier test did. */
  #since = '';

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  /** Puts the unit in place, stopped and with a clean record; `settings` go into a drop-in, to shorten times. */
  async install(settings: readonly string[] = []): Promise<void> {
    await this.#rig.shell(`systemctl --user stop ${UNIT} 2>/dev/null; rm -rf ${UNIT_FOLDER} ${CONFIG}; true`);
    const template = chooseUnitTemplate(await systemdVersion(this.#rig));
    await this.#rig.writeFile(`${UNIT_FOLDER}/${UNIT}.service`, renderForRig(template));
    await this.#rig.writeFile(DROP_IN, ['[Service]', ...settings, ''].join('\n'));
    await this.#rig.shell('systemctl --user daemon-reload');
    await this.systemctl('reset-failed').catch(() => '');
    this.#since = await this.#rig.shell('date +%s.%6N');
  }

  writeConfig(text: string): Promise<void> {
    return this.#rig.writeFile(CONFIG, text);
  }

  /** Fails where systemctl fails. */
  systemctl(verb: string, ...options: string[]): Promise<string> {
    return this.#rig.shell(['systemctl --user', verb, ...options, UNIT].join(' '));
  }

  property(name: string): Promise<string> {
    return this.systemctl('show', '--value', `--property=${name}`);
  }

  async mainPid(): Promise<number> {
    return Number(await this.property('MainPID'));
  }

  untilProperty(name: string, value: string, timeoutMs = 10_000): Promise<unknown> {
    return until(async () => (await this.property(name)) === value, {
      timeoutMs,
      describe: () => `${name} is not ${value}`,
    });
  }

  /** Waits until the watchdog was last fed so much later than it was at the call. */
  async untilFedFor(ms: number): Promise<void> {
    const read = async () => Number(await this.property('WatchdogTimestampMonotonic')) / 1_000;
    const from = await read();
    await until(async () => (await read()) - from >= ms, { timeoutMs: 2 * ms + 5_000 });
  }

  /** Waits for a worker that is not the one of `pid` and is ready; gives its pid. */
  async untilReplaced(pid: number, timeoutMs = 15_000): Promise<number> {
    return until(
      async () => {
        const now = await this.mainPid();
        return now !== 0 && now !== pid && (await this.property('ActiveState')) === 'active' ? now : 0;
      },
      { timeoutMs },
    );
  }

  /** What journalctl shows of the unit since it was installed. */
  async journal(options = ''): Promise<JournalEntry[]> {
    const text = await this.#rig.shell(
      `journalctl --user -u ${UNIT} --since=@${this.#since} -o json --no-pager ${options}`,
    );
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  async events(): Promise<Event[]> {
    const text = await this.#rig.shell(`cat ${EVENTS}`);
    return text.split('\n').map((line) => JSON.parse(line));
  }
}
