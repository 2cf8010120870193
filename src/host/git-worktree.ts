import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { messageOf, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';

/** A git worktree of one member of a team. */
export interface Worktree {
  path: string;
  branch: string;
  /** Top directory of the repository it belongs to. */
  repository: string;
  /** Whether its branch was made with it; another one is left alone. */
  branchMade: boolean;
}

export interface EnsuredWorktree {
  worktree: Worktree;
  /** False where it was there already. */
  made: boolean;
  /** The place in it that corresponds to the directory it was asked for. */
  directory: string;
}

/**
 * Makes, or finds again, `REPOSITORY/../REPOSITORY-worktrees/MEMBER` on the branch `team/TEAM/MEMBER`. `directory` is a real path in
 * the repository; a new branch begins at the commit that is checked out there. Throws `INVALID` without a repository or commit,
 * `CONFLICT` where something else stands there, `FAILED` with git's words.
 */
export async function ensureWorktree(
  directory: string,
  names: { team: string; member: string },
): Promise<EnsuredWorktree> {
  const repository = await findTop(directory);
  const path = join(dirname(repository), `${basename(repository)}-worktrees`, names.member);
  const branch = `team/${names.team}/${names.member}`;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined) await checkReusable(path, repository, branch);
  const branchMade = stats === undefined && (await addWorktree(repository, path, branch));
  const inside = join(path, relative(repository, directory));
  if (!statSync(inside, { throwIfNoEntry: false })?.isDirectory()) throw notCommitted(inside, repository);
  return { worktree: { path, branch, repository, branchMade }, made: stats === undefined, directory: inside };
}

/**
 * Removes a worktree that holds nothing of its own, and its branch if that was made with it. Gives the reason where it is kept: changes
 * that are not committed, commits that are on no other branch or remote, or what git says. Ignored files count for nothing, as with git.
 */
export async function removeWorktree(worktree: Worktree): Promise<{ kept: string | null }> {
  const { path, repository } = worktree;
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { kept: null };
  try {
    if (!(await isWorktreeOf(path, repository)))
      return { kept: `it is no worktree of ${repository} any more` };
    const reason = await findOwnWork(worktree);
    if (reason !== null) return { kept: reason };
    const tip = await findCommit(repository, refOf(worktree));
    await git(repository, ['worktree', 'remove', '--', path]);
    if (worktree.branchMade && tip !== undefined) await removeBranch(worktree, tip);
    return { kept: null };
  } catch (error) {
    if (error instanceof OrchestratorError) return { kept: error.message };
    throw error;
  }
}

async function findTop(directory: string): Promise<string> {
  try {
    return await git(directory, ['rev-parse', '--show-toplevel']);
  } catch (error) {
    if (!/not a git repository|must be run in a work tree/.test(messageOf(error))) throw error;
    throw new OrchestratorError('INVALID', `${cleanLine(directory)} is in no git repository`, {
      field: 'worktrees',
      hint: 'start the team without worktrees, or make one: git init',
      cause: error,
    });
  }
}

async function checkReusable(path: string, repository: string, branch: string): Promise<void> {
  if (!(await isWorktreeOf(path, repository))) throw inTheWay(path, `is no worktree of ${repository}`);
  const head = await readHead(path);
  if (head !== branch) throw inTheWay(path, `is on ${head === null ? 'no branch' : head}, not on ${branch}`);
}

/** Git finds repositories upward: a plain folder inside of one would pass for a worktree without the look at its top. */
async function isWorktreeOf(path: string, repository: string): Promise<boolean> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory() || lstatSync(join(path, '.git'), { throwIfNoEntry: false })?.isFile() !== true)
    return false;
  const words = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
  const [own, its] = await Promise.all([git(repository, words), git(path, words).catch(() => null)]);
  return own === its;
}

/** The branch that is checked out; null for none. */
async function readHead(path: string): Promise<string | null> {
  const head = await git(path, ['rev-parse', '--abbrev-ref', 'HEAD']);
  return head === 'HEAD' ? null : head;
}

/** Tells whether the branch was made. */
async function addWorktree(repository: string, path: string, branch: string): Promise<boolean> {
  if ((await findCommit(repository, 'HEAD')) === undefined) {
    throw new OrchestratorError('INVALID', `${cleanLine(repository)} has no commit yet`, {
      field: 'worktrees',
      hint: 'commit something first',
    });
  }
  const isThere = (await findCommit(repository, `refs/heads/${branch}`)) !== undefined;
  const words = isThere ? ['--', path, branch] : ['-b', branch, '--', path, 'HEAD'];
  await git(repository, ['worktree', 'add', '--quiet', ...words]);
  return !isThere;
}

async function findCommit(repository: string, ref: string): Promise<string | undefined> {
  return git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]).catch(
    (error) => {
      // Silent where there is no such thing; anything else has words.
      if (error instanceof OrchestratorError && error.message.endsWith(NO_WORDS)) return undefined;
      throw error;
    },
  );
}

/** What would be lost with it. A user's own `status.showUntrackedFiles` must not hide new files. */
async function findOwnWork(worktree: Worktree): Promise<string | null> {
  const { path, repository, branch } = worktree;
  const status = await git(path, [
    'status',
    '--porcelain',
    '--untracked-files=normal',
    '--ignore-submodules=none',
  ]);
  if (status !== '') return 'it holds changes that are not committed';
  const tips = [await findCommit(path, 'HEAD'), await findCommit(repository, refOf(worktree))];
  const commits = tips.filter((tip) => tip !== undefined);
  const others = ['--not', `--exclude=${branch}`, '--branches', '--remotes'];
  const own = await git(repository, ['rev-list', '--max-count=1', ...commits, ...others, '--']);
  return own === '' ? null : 'it holds commits that are on no other branch or remote';
}

/** Only at the commit that was looked at: one that came meanwhile keeps the branch. */
async function removeBranch(worktree: Worktree, tip: string): Promise<void> {
  await git(worktree.repository, ['update-ref', '-d', '--', refOf(worktree), tip]);
}

function refOf({ branch }: Worktree): string {
  return `refs/heads/${branch}`;
}

const TIME_LIMIT_MS = 60_000;
const NO_WORDS = 'without a word';

/**
 * Runs git without a shell. None of the caller's GIT_* variables: they could lead to another repository. No hooks and no monitor: both
 * are programs that the repository names.
 */
async function git(directory: string, words: readonly string[]): Promise<string> {
  const { PATH, HOME, XDG_CONFIG_HOME } = process.env;
  const hardened = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
  try {
    const { stdout } = await execa('git', [...hardened, ...words], {
      cwd: directory,
      env: { PATH, HOME, XDG_CONFIG_HOME, LC_ALL: 'C.UTF-8', GIT_TERMINAL_PROMPT: '0' },
      extendEnv: false,
      stdin: 'ignore',
      timeout: TIME_LIMIT_MS,
      maxBuffer: 10_000_000,
    });
    return stdout;
  } catch (error) {
    throw failed(directory, words, error);
  }
}

function failed(directory: string, words: readonly string[], error: unknown): OrchestratorError {
  if (isOf(error, 'ENOENT'))
    return new OrchestratorError('FAILED', 'git is not installed', {
      hint: 'install it, or start the team without worktrees',
    });
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const what = isTimeout(error) ? `took longer than ${TIME_LIMIT_MS / 1_000} s` : cleanLine(said) || NO_WORDS;
  const command = `git ${words[0]} in ${cleanLine(directory)}`;
  return new OrchestratorError('FAILED', `${command} failed: ${what}`, { cause: error });
}

function isOf(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'timedOut' in error && error.timedOut === true;
}

function inTheWay(path: string, what: string): OrchestratorError {
  return new OrchestratorError('CONFLICT', `${cleanLine(path)} ${cleanLine(what)}`, {
    field: 'worktrees',
    hint: 'move it away, or start the team without worktrees',
  });
}

function notCommitted(path: string, repository: string): OrchestratorError {
  return new OrchestratorError('INVALID', `${cleanLine(path)} is not there`, {
    field: 'directory',
    hint: `a worktree holds what is committed: commit that directory in ${cleanLine(repository)}`,
  });
}
