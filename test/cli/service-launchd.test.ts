import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sealText } from '../../src/host/service/seal.ts';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');
/** No Mac is at hand: the program is told that it runs on one, and talks to a stand-in for launchctl that behaves as its manual says. */
const AS_MAC = `data:text/javascript,Object.defineProperty(process,'platform',{value:'darwin'})`;
const LABEL = 'io.github.tmux-orchestrator';

const LAUNCHCTL = `#!/bin/bash
cd "$FAKE" && echo "$*" >>calls
describe() {
  [ -e pid ] && printf 'gui/1/x = {\\n\\tstate = running\\n\\tpid = %s\\n\\truns = %s\\n}\\n' "$(<pid)" "$(<runs)"
}
begin() {
  if [ -e broken ]; then
    printf '{"level":50,"time":"%s","message":"will not be started again: bad key"}\\n' "$(date -u +%FT%T.999Z)" >>"$HOME/Library/Logs/tmux-orchestrator/worker.log"
    return
  fi
  echo $((1000 + RANDOM)) >pid; echo $(($(cat runs 2>/dev/null || echo 0) + 1)) >runs
  mkdir -p -m 0700 "$XDG_RUNTIME_DIR/tmux-orchestrator"
  printf '{"v":1,"pid":%s,"stoppedAt":null}' "$(<pid)" >"$XDG_RUNTIME_DIR/tmux-orchestrator/worker.json"
}
case $1 in
  enable) ;;
  print) describe || { echo "Could not find service" >&2; exit 113; } ;;
  bootstrap)
    # As the real one while a job is on its way out.
    [ -e leaving ] && { rm leaving; echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }
    [ -e pid ] && { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }
    begin ;;
  bootout) [ -e pid ] || exit 3; rm pid; touch leaving ;;
  kickstart) [ -e pid ] || exit 113; [ "$2" = -k ] && begin ;;
  *) exit 64 ;;
esac
exit 0
`;

let home: string;
let plist: string;
let log: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tmo-mac-'));
  for (const folder of ['bin', 'fake', 'run']) mkdirSync(join(home, folder), { mode: 0o700 });
  writeFileSync(join(home, 'bin/launchctl'), LAUNCHCTL);
  chmodSync(join(home, 'bin/launchctl'), 0o755);
  plist = join(home, `Library/LaunchAgents/${LABEL}.plist`);
  log = join(home, 'Library/Logs/tmux-orchestrator/worker.log');
});
afterAll(() => rmSync(home, { recursive: true }));

function tmo(...words: string[]) {
  const { XDG_STATE_HOME: _, XDG_CONFIG_HOME: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', AS_MAC, MAIN, 'service', ...words],
    {
      encoding: 'utf8',
      env: {
        ...env,
        HOME: home,
        FAKE: join(home, 'fake'),
        PATH: `${join(home, 'bin')}${delimiter}${env.PATH}`,
        XDG_RUNTIME_DIR: join(home, 'run'),
      },
    },
  );
  return { code: status, said: stdout + stderr, stdout };
}

/** What launchctl was told since the last time, without questions. */
function calls(): string[] {
  const path = join(home, 'fake/calls');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  rmSync(path, { force: true });
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('print'));
}

const uid = process.getuid?.() ?? 0;
const job = `gui/${uid}/${LABEL}`;

it('puts the plist in place, closed to others, and the folder of the log with it', () => {
  expect(tmo('install')).toMatchObject({
    code: 0,
    said: expect.stringContaining(`installed: ${plist} (launchd)`),
  });
  expect(statSync(plist).mode & 0o022).toBe(0);
  expect(existsSync(join(log, '..'))).toBe(true);
  expect(readFileSync(plist, 'utf8')).toContain(`<string>${MAIN}</string>`);
  expect(calls()).toEqual([`enable ${job}`]);
  expect(tmo('install').said).toContain('already installed');
});

it('starts by loading the job, and is not started twice', () => {
  expect(tmo('status')).toMatchObject({ code: 3, said: expect.stringContaining('worker      stopped') });
  expect(tmo('start')).toMatchObject({ code: 0, said: expect.stringMatching(/was started \(pid \d+\)/) });
  expect(calls()).toEqual([`enable ${job}`, `bootstrap gui/${uid} ${plist}`]);
  expect(tmo('start').said).toContain('runs already');
  expect(calls()).toEqual([]);
});

it('says why it did not come up, by the last words in the log', () => {
  expect(tmo('stop').code).toBe(0);
  rmSync(join(home, 'fake/leaving'));
  writeFileSync(join(home, 'fake/broken'), '');
  const end = tmo('start');
  rmSync(join(home, 'fake/broken'));
  expect(end).toMatchObject({ code: 1, said: expect.stringContaining('will not be started again: bad key') });
  rmSync(log);
  expect(tmo('start').code).toBe(0);
  calls();
});

it('restarts by one kick', () => {
  expect(tmo('restart').code).toBe(0);
  expect(calls()).toEqual([`kickstart -k ${job}`]);
});

it('tells its state', () => {
  const { code, stdout } = tmo('status', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ supervisor: { kind: 'launchd' }, activity: 'running', restarts: 2, linger: null },
    file: { path: plist, status: 'current' },
  });
});

it('tells the log from its file, by time and by agent', () => {
  const line = (time: string, agent: string) =>
    `${JSON.stringify({ level: 40, time, agent, message: 'agent changed state' })}\n`;
  appendFileSync(log, line('2026-11-22T10:00:00.000Z', 'pi-1') + line('2026-11-22T11:00:00.000Z', 'pi-2'));
  appendFileSync(log, line('2026-11-22T12:00:00.000Z', 'pi-1'));
  const agents = (...words: string[]) =>
    [...tmo('logs', ...words).stdout.matchAll(/agent=(\S+)/g)].map(([, name]) => name);
  expect(agents()).toEqual(['pi-1', 'pi-2', 'pi-1']);
  expect(agents('--since', '2026-11-22T10:30:00Z')).toEqual(['pi-2', 'pi-1']);
  expect(agents('--agent', 'pi-1', '--lines', '1')).toEqual(['pi-1']);
});

it('loads a plist that has changed by leaving and coming again, however long leaving takes', () => {
  // As an older version would have written it: sealed, and not what this one writes.
  const old = readFileSync(plist, 'utf8').replace(/ {2}<key>AbandonProcessGroup<\/key>\n {2}<true\/>\n/, '');
  writeFileSync(plist, reseal(old));
  expect(tmo('status').said).toContain('not current');
  expect(tmo('install')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/updated[\s\S]*restarted the worker/),
  });
  const bootstrap = `bootstrap gui/${uid} ${plist}`;
  expect(calls()).toEqual([`enable ${job}`, `bootout ${job}`, `enable ${job}`, bootstrap, bootstrap]);
});

it('leaves a plist alone that was changed by hand', () => {
  writeFileSync(plist, readFileSync(plist, 'utf8').replace('<integer>10<', '<integer>30<'));
  expect(tmo('install')).toMatchObject({ code: 78, said: expect.stringContaining('changed by hand') });
  expect(readFileSync(plist, 'utf8')).toContain('<integer>30<');
  expect(tmo('install', '--force').code).toBe(0);
  calls();
});

it('stops by unloading the job, and is gone when it is uninstalled', () => {
  expect(tmo('stop')).toMatchObject({ code: 0, said: expect.stringContaining('stopped') });
  expect(calls()).toEqual([`bootout ${job}`]);
  expect(tmo('uninstall').code).toBe(0);
  expect(existsSync(plist)).toBe(false);
  expect(tmo('status').code).toBe(4);
});

/** As an older version of the program would have written this text. */
function reseal(text: string): string {
  const body = text.replace(/^<!-- tmux-orchestrator .*\n/m, '');
  return sealText(body, { version: '0.0.1', form: 'plist' });
}
