// Runs the checks one after the other and then the tests, and ends in one line that counts all of them. With `--real-agents` the
// tests on real agent CLIs come last: these are installed first, and need no account and no network then.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKS = [
  ['build', 'node', 'scripts/build.mjs'],
  ['types', 'npx', 'tsc', '--noEmit'],
  ['lint and format', 'npx', 'biome', 'check', '--error-on-warnings', '.'],
  ['unused files, exports and dependencies', 'npx', 'knip'],
  ['package', 'npx', 'publint', '--strict'],
];

const REAL_AGENTS = '--real-agents';
const filters = process.argv.slice(2).filter((word) => word !== REAL_AGENTS);

const folder = mkdtempSync(join(tmpdir(), 'tmo-test-report-'));
const totals = { passed: 0, failed: 0 };
try {
  for (const [name, ...words] of CHECKS) count(run(words) === 0, `check: ${name}`);
  runTests(['npx', 'vitest', 'run'], filters);
  if (process.argv.includes(REAL_AGENTS)) runTests(['node', 'test/real-agents/run.mjs'], []);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;

/** Counts the tests of one run of vitest. */
function runTests(command, more) {
  const report = join(mkdtempSync(join(folder, 'run-')), 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = run([...command, ...reporters, ...more], { TMO_BUILT: '1' });
  if (existsSync(report)) addTests(JSON.parse(readFileSync(report, 'utf8')), code);
  else totals.failed++;
}

function run([program, ...words], env = {}) {
  return spawnSync(program, words, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  }).status;
}

function count(ok, name) {
  totals[ok ? 'passed' : 'failed']++;
  console.log(`${ok ? 'ok' : 'FAILED'} ${name}`);
}

/** A run that fails without a failed test (a broken test file, an error between tests) counts as one failure. */
function addTests({ numPassedTests, numFailedTests, numFailedTestSuites }, code) {
  totals.passed += numPassedTests;
  totals.failed += numFailedTests;
  if (code !== 0 && numFailedTests === 0) totals.failed += Math.max(1, numFailedTestSuites);
}
