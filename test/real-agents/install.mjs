// Installs the CLIs of packages.json, each into a folder of its own below the given directory, where they are not there yet.
// Needs the npm registry; nothing of the CLIs is run but what their packages run at installation.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TIME_MAX_MS = 600_000;
const packages = JSON.parse(readFileSync(join(import.meta.dirname, 'packages.json'), 'utf8'));

/** Gives the names of what could not be installed. */
export function installAgents(directory) {
  return Object.entries(packages)
    .filter(([name, wanted]) => !install(join(directory, name), name, wanted))
    .map(([name]) => name);
}

function install(folder, name, { package: packageName, version }) {
  const mark = join(folder, '.installed');
  const wanted = `${packageName}@${version}`;
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return true;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  console.log(`installing ${wanted}`);
  const words = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact', wanted];
  const { status } = spawnSync('npm', words, { cwd: folder, stdio: 'inherit', timeout: TIME_MAX_MS });
  if (status === 0) writeFileSync(mark, wanted);
  else console.log(`could not install ${name}`);
  return status === 0;
}
