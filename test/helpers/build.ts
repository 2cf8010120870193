import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Panes run compiled JavaScript: builds once before all tests, unless `TMO_BUILT` says that dist is fresh. */
export default function build(): void {
  if (process.env.TMO_BUILT) return;
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.mjs')], {
    stdio: 'inherit',
  });
}
