// Runs the tests on real agent CLIs: installs these at need, then starts vitest as an ordinary user in namespaces of its own. There is
// no network but loopback in there, and with the first process all others end.
//
//   node test/real-agents/run.mjs [VITEST WORDS]
import { spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { installAgents } from './install.mjs';

const ROOT = join(import.meta.dirname, '../..');
/** All of it takes about a quarter of an hour on two cores. */
const TIME_MAX_MS = 1_800_000;
const isRoot = process.getuid?.() === 0;
/** Where root's own home is closed to the ordinary user. */
const CACHE = isRoot ? '/var/cache' : join(homedir(), '.cache');
const directory = process.env.TMO_REAL_AGENTS ?? join(CACHE, 'tmux-orchestrator-test-agents');

if (process.platform !== 'linux') {
  console.log('tests on real agents need Linux: they run in namespaces');
  process.exit(1);
}
const missing = installAgents(directory);
if (missing.length > 0) console.log(`not installed, their tests will fail: ${missing.join(', ')}`);
const user = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : { uid: process.getuid(), gid: process.getgid() };
const homes = join(directory, 'homes');
/** The ordinary user cannot write where the caller wants the report. */
const REPORT = '--outputFile.json=';
const report = process.argv.find((word) => word.startsWith(REPORT))?.slice(REPORT.length);
const ownReport = join(homes, 'report.json');
rmSync(homes, { recursive: true, force: true });
mkdirSync(homes);
chownSync(homes, user.uid, user.gid);
const { status } = spawnSync('setpriv', enclose(vitestWords()), { stdio: 'inherit', timeout: TIME_MAX_MS });
if (report !== undefined && existsSync(ownReport)) copyFileSync(ownReport, report);
rmSync(homes, { recursive: true, force: true });
process.exitCode = status ?? 1;

/** Root gives itself up for `nobody`: some CLIs refuse to work for root. */
function idOf(option) {
  return Number(spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout);
}

/** Arguments of setpriv(1): whatever ends this program ends the first process of the namespaces, and that all others. */
function enclose(words) {
  const spaces = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const { uid, gid } = user;
  const become = isRoot
    ? `setpriv --reuid=${uid} --regid=${gid} --clear-groups --`
    : `unshare --user --map-user=${uid} --map-group=${gid} --`;
  // A change of user takes back what `--kill-child` asked for.
  const die = 'setpriv --pdeathsig KILL --';
  const start = ['sh', '-c', `ip link set lo up && exec ${become} ${die} "$@"`, 'sh'];
  const users = isRoot ? [] : ['--user', '--map-root-user'];
  return ['--pdeathsig', 'KILL', 'unshare', ...users, ...spaces, '--', ...start, ...words];
}

function vitestWords() {
  const env = {
    HOME: homes,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    USER: isRoot ? 'nobody' : (process.env.USER ?? 'user'),
    TMO_REAL_AGENTS: directory,
    TMO_BUILT: '1',
  };
  const more = process.argv.slice(2).map((word) => (word.startsWith(REPORT) ? REPORT + ownReport : word));
  const config = join(import.meta.dirname, 'vitest.config.mjs');
  return [
    ...['env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
    ...[process.execPath, join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config],
    ...['--configLoader', 'runner', ...more],
  ];
}
