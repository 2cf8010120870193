// Runs the checks one after the other and then the tests, and ends in one line that counts all of them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKS = [
  ['build', 'node', 'scripts/build.mjs'],
  ['types', 'npx', 'tsc', '--noEmit'],
  ['lint and format', 'npx', 'biome', 'check', '--error-on-warnings', '.'],
  ['unused files, exports and dependencies', 'npx', 'knip'],
  ['package', 'npx', 'publint', '--strict'],
];

const folder = mkdtempSync(join(tmpdir(), 'tmo-test-report-'));
const report = join(folder, 'report.json');
const totals = { passed: 0, failed: 0 };
try {
  for (const [name, ...words] of CHECKS) count(run(words) === 0, `check: ${name}`);
  const words = [
    'npx',
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const code = run([...words, ...process.argv.slice(2)], { TMO_BUILT: '1' });
  addTests(JSON.parse(readFileSync(report, 'utf8')), code);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;

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
