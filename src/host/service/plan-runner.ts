import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { hasErrorCode, messageOf, OrchestratorError } from '../../base/errors.ts';
import { describeStep, type Step, type StepAction } from './plan.ts';
import { type ProgramEnd, runProgram } from './program.ts';

/** What a plan needs of the rest of the system. */
export interface PlanTools {
  /** Replaces a file in one step. */
  writeFile(path: string, text: string): void;
}

/** Does all steps in order. When one fails, those before it that can be taken back are, and the failure is thrown with what became of them. */
export async function runPlan(steps: readonly Step[], tools: PlanTools): Promise<void> {
  const done: Step[] = [];
  for (const step of steps) {
    try {
      const created = await doStep(step, tools);
      done.push({ ...step, undo: [...created, ...(step.undo ?? [])] });
    } catch (error) {
      await takeBack(done, tools);
      throw addOutcome(error, done);
    }
  }
}

/** Nobody should have to find out by looking how far a command came. */
function addOutcome(error: unknown, done: readonly Step[]): unknown {
  if (!(error instanceof OrchestratorError)) return error;
  const lasting = done.filter(({ undo = [], ...step }) => undo.length === 0 && changesThings(step));
  const outcome =
    lasting.length === 0
      ? 'everything is as it was before'
      : `done before it, and not taken back: ${lasting.flatMap(describeStep).join('; ')}`;
  const hint = error.hint === undefined ? outcome : `${error.hint}; ${outcome}`;
  return new OrchestratorError(error.code, error.message, { cause: error, hint });
}

/** Reading the units again, and clearing a count of failures, leaves nothing that anybody would want back. */
function changesThings(step: StepAction): boolean {
  if (step.do === 'make-directory') return false;
  return step.do !== 'run' || !step.words.some((word) => word === 'daemon-reload' || word === 'reset-failed');
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

/** Gives what takes the step back as far as only doing it tells. */
async function doStep(step: StepAction, tools: PlanTools): Promise<readonly StepAction[]> {
  if (step.do === 'run') {
    await runStep(step);
    return [];
  }
  try {
    return doOnDisk(step, tools);
  } catch (error) {
    throw explainDisk(step.path, error);
  }
}

function doOnDisk(step: Exclude<StepAction, { do: 'run' }>, tools: PlanTools): readonly StepAction[] {
  const { path } = step;
  switch (step.do) {
    case 'make-directory':
      return listCreated(path, mkdirSync(path, { recursive: true, mode: 0o700 }));
    case 'write':
      tools.writeFile(path, step.text);
      return [];
    case 'remove':
      rmSync(path, { force: true });
      return [];
    case 'remove-tree':
      rmSync(path, { recursive: true, force: true });
      return [];
    case 'remove-empty':
      removeEmpty(path);
      return [];
  }
}

/** The directories that were made, from the lowest to `first`. */
function listCreated(path: string, first: string | undefined): StepAction[] {
  if (first === undefined) return [];
  const action: StepAction = { do: 'remove-empty', path };
  return path === first ? [action] : [action, ...listCreated(dirname(path), first)];
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
  return new OrchestratorError('FAILED', `${words.join(' ')}: ${complaint || 'failed'}${code}`);
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

/** Where nothing but another place or other rights would help it is 78, so that nobody tries again and again. */
function explainDisk(path: string, error: unknown): unknown {
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT')) {
    const message = `no room on the disk for ${path}`;
    return new OrchestratorError('FAILED', message, { cause: error, hint: 'make room and repeat' });
  }
  if (hasErrorCode(error, 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'ELOOP')) {
    const message = `${path} cannot be written: ${messageOf(error)}`;
    return new OrchestratorError('DIRECTORY', message, {
      cause: error,
      hint: 'check the directory it stands in',
    });
  }
  return error;
}
