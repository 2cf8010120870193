import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { hasErrorCode, messageOf, OrchestratorError } from '../../base/errors.ts';
import type { Step, StepAction } from './plan.ts';
import { type ProgramEnd, runProgram } from './program.ts';

/** What a plan needs of the rest of the system. */
export interface PlanTools {
  /** Replaces a file in one step. */
  writeFile(path: string, text: string): void;
}

/** Does all steps in order, or none: when one fails those before it are taken back, and the failure is thrown. */
export async function runPlan(steps: readonly Step[], tools: PlanTools): Promise<void> {
  const done: Step[] = [];
  for (const step of steps) {
    try {
      await doStep(step, tools);
      done.push(step);
    } catch (error) {
      await takeBack(done, tools);
      throw error;
    }
  }
}

/** Taking back must get as far as it can: one thing that cannot be undone is no reason to leave the others. */
async function takeBack(done: readonly Step[], tools: PlanTools): Promise<void> {
  for (const step of [...done].reverse()) {
    for (const action of step.undo ?? []) {
      await doStep(action, tools).catch((error: unknown) => {
        process.emitWarning(`could not be taken back: ${messageOf(error)}`);
      });
    }
  }
}

async function doStep(step: StepAction, tools: PlanTools): Promise<void> {
  switch (step.do) {
    case 'make-directory':
      return onDisk(step.path, () => mkdirSync(step.path, { recursive: true, mode: 0o700 }));
    case 'write':
      return onDisk(step.path, () => tools.writeFile(step.path, step.text));
    case 'remove':
      return onDisk(step.path, () => rmSync(step.path, { force: true }));
    case 'remove-empty':
      return onDisk(step.path, () => removeEmpty(step.path));
    case 'run':
      return runStep(step);
  }
}

const FIRST_PAUSE_MS = 250;

async function runStep({
  words,
  timeLimitMs,
  mayFail,
  retriesMax = 0,
}: StepAction & { do: 'run' }): Promise<void> {
  for (let retries = 0; ; retries++) {
    const end = await runProgram(words, timeLimitMs);
    if (end.exitCode === 0 || mayFail) return;
    if (retries === retriesMax || end.missing) throw explainRun(words, end);
    await wait(FIRST_PAUSE_MS * 2 ** retries);
  }
}

function explainRun(words: readonly string[], { complaint, exitCode }: ProgramEnd): OrchestratorError {
  const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
  return new OrchestratorError('FAILED', `${words.join(' ')}: ${complaint || 'failed'}${code}`, {
    hint: 'what was done before it has been taken back',
  });
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

function onDisk(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw explainDisk(path, error);
  }
}

/** Where nothing but another place or other rights would help it is 78, so that nobody tries again and again. */
function explainDisk(path: string, error: unknown): unknown {
  const hint = 'nothing was changed';
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT')) {
    const message = `no room on the disk for ${path}`;
    return new OrchestratorError('FAILED', message, { cause: error, hint: `${hint}; make room and repeat` });
  }
  if (hasErrorCode(error, 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'ELOOP')) {
    const message = `${path} cannot be written: ${messageOf(error)}`;
    return new OrchestratorError('DIRECTORY', message, {
      cause: error,
      hint: `${hint}; check its directory`,
    });
  }
  return error;
}
