// Compiles src into dist. The new one is made aside and put in place at the end, so that whoever runs from dist meanwhile
// meets the old or the new one, never half of one.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const fresh = join(root, 'node_modules', `.dist-${process.pid}`);
const old = `${fresh}-old`;

try {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  execFileSync(tsc, ['-p', 'tsconfig.build.json', '--outDir', fresh], { cwd: root, stdio: 'inherit' });
  for (const folder of ['roles', 'teams'])
    cpSync(join(root, 'src', folder), join(fresh, folder), { recursive: true });
  const cli = join(fresh, 'cli', 'main.js');
  if (existsSync(cli)) chmodSync(cli, 0o755);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
} catch (error) {
  // The compiler has said what is wrong; a stack of ours would bury it.
  if (error.status === undefined) throw error;
  process.exitCode = 1;
} finally {
  for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
}
