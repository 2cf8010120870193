import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureWorktree, removeWorktree, type Worktree } from '../../src/host/git-worktree.ts';
import { type GitRepository, makeRepository } from '../helpers/git-repository.ts';

const NAMES = { team: 'web', member: 'web-dev' };
let base: string;
let repository: GitRepository;

beforeEach(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'tmo-worktree-')));
  repository = await makeRepository(join(base, '-shop; x'));
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

async function make(): Promise<Worktree> {
  return (await ensureWorktree(repository.path, NAMES)).worktree;
}

/** `text`: a commit of the same text within the same second would be the same commit. */
async function commitIn(path: string, text = 'new'): Promise<void> {
  repository.write('new.txt', text, path);
  await repository.git(['add', '.'], path);
  await repository.git(['commit', '--quiet', '--message=work'], path);
}

async function listBranches(): Promise<string[]> {
  return (await repository.git(['branch', '--format=%(refname:short)'])).split('\n');
}

describe('a worktree of a member', () => {
  it('lies beside the repository, on a branch of its own, at the commit of the repository', async () => {
    const { worktree, made, directory } = await ensureWorktree(repository.path, NAMES);
    const path = join(base, '-shop; x-worktrees/web-dev');
    expect(worktree).toEqual({
      path,
      branch: 'team/web/web-dev',
      repository: repository.path,
      branchMade: true,
    });
    expect([made, directory]).toEqual([true, path]);
    expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('a\n');
    expect(await repository.git(['status', '--porcelain', '--branch'], path)).toBe('## team/web/web-dev');
  });

  it('is found again', async () => {
    const first = await make();
    expect(await ensureWorktree(repository.path, NAMES)).toEqual({
      ...{ worktree: { ...first, branchMade: false }, made: false, directory: first.path },
    });
  });

  it('is entered where the directory is that it was asked for', async () => {
    const web = join(repository.path, 'web');
    expect((await ensureWorktree(web, NAMES)).directory).toBe(join(base, '-shop; x-worktrees/web-dev/web'));
    mkdirSync(join(repository.path, 'not-committed'));
    await expect(ensureWorktree(join(repository.path, 'not-committed'), NAMES)).rejects.toThrow(
      'is not there',
    );
  });

  it('takes up a branch that is there, and leaves it when it goes', async () => {
    await repository.git(['branch', 'team/web/web-dev']);
    const worktree = await make();
    expect(worktree.branchMade).toBe(false);
    expect(await removeWorktree(worktree)).toEqual({ kept: null });
    expect(await listBranches()).toEqual(['main', 'team/web/web-dev']);
  });

  it('is refused without a repository, and in one without a commit', async () => {
    await expect(ensureWorktree(base, NAMES)).rejects.toThrow('is in no git repository');
    mkdirSync(join(base, 'empty'));
    await repository.git(['init', '--quiet'], join(base, 'empty'));
    await expect(ensureWorktree(join(base, 'empty'), NAMES)).rejects.toThrow('has no commit yet');
  });

  it('is refused where something else stands in its place', async () => {
    const path = join(base, '-shop; x-worktrees/web-dev');
    mkdirSync(path, { recursive: true });
    await expect(make()).rejects.toThrow('is no worktree of');
    await makeRepository(join(path, 'other'));
    rmSync(path, { recursive: true });
    await makeRepository(path);
    await expect(make()).rejects.toThrow('is no worktree of');
    rmSync(path, { recursive: true });
    await make();
    await repository.git(['switch', '--quiet', '--create', 'other'], path);
    await expect(make()).rejects.toThrow('is on other, not on team/web/web-dev');
  });

  it('is made without the hooks of the repository, and without the variables of the caller', async () => {
    const canary = join(base, 'canary');
    const hook = join(repository.path, '.git/hooks/post-checkout');
    repository.write('.git/hooks/post-checkout', `#!/bin/sh\ntouch '${canary}'\n`);
    chmodSync(hook, 0o755);
    process.env.GIT_DIR = '/nonexistent';
    try {
      await make();
    } finally {
      delete process.env.GIT_DIR;
    }
    expect(existsSync(canary)).toBe(false);
    await repository.git(['worktree', 'add', '--quiet', join(base, 'with-hooks')]);
    expect(existsSync(canary)).toBe(true);
  });
});

describe('removing a worktree', () => {
  it('takes one without work of its own, and the branch that was made with it', async () => {
    const worktree = await make();
    expect(await removeWorktree(worktree)).toEqual({ kept: null });
    expect(existsSync(worktree.path)).toBe(false);
    expect(await listBranches()).toEqual(['main']);
    expect(await removeWorktree(worktree)).toEqual({ kept: null });
  });

  it.each<[string, (path: string) => void | Promise<void>]>([
    ['a changed file', (path) => repository.write('a.txt', 'changed', path)],
    ['a new file', (path) => repository.write('new.txt', 'new', path)],
    ['a removed file', (path) => rmSync(join(path, 'a.txt'))],
    [
      'a staged file',
      async (path) => {
        repository.write('new.txt', 'new', path);
        await repository.git(['add', '.'], path);
      },
    ],
    [
      'a new file that the settings hide',
      async (path) => {
        repository.write('new.txt', 'new', path);
        await repository.git(['config', 'status.showUntrackedFiles', 'no']);
      },
    ],
  ])('keeps one with %s', async (_, change) => {
    const worktree = await make();
    await change(worktree.path);
    expect(await removeWorktree(worktree)).toEqual({ kept: 'it holds changes that are not committed' });
    expect(existsSync(worktree.path)).toBe(true);
  });

  const OWN_COMMITS = { kept: 'it holds commits that are on no other branch or remote' };

  it('keeps one with commits that are nowhere else, until they are on another branch or a remote', async () => {
    const worktree = await make();
    await commitIn(worktree.path);
    expect(await removeWorktree(worktree)).toEqual(OWN_COMMITS);
    await repository.git(['update-ref', 'refs/remotes/origin/work', 'team/web/web-dev']);
    expect(await removeWorktree(worktree)).toEqual({ kept: null });
    const again = await make();
    await commitIn(again.path, 'newer');
    expect(await removeWorktree(again)).toEqual(OWN_COMMITS);
    await repository.git(['merge', '--quiet', 'team/web/web-dev']);
    expect(await removeWorktree(again)).toEqual({ kept: null });
    expect(await listBranches()).toEqual(['main']);
  });

  it('keeps one with commits on no branch at all, or left behind on its branch', async () => {
    const worktree = await make();
    await repository.git(['switch', '--quiet', '--detach'], worktree.path);
    await commitIn(worktree.path);
    expect(await removeWorktree(worktree)).toEqual(OWN_COMMITS);
    await repository.git(['switch', '--quiet', '-C', 'team/web/web-dev'], worktree.path);
    await repository.git(['switch', '--quiet', '--detach', 'main'], worktree.path);
    expect(await removeWorktree(worktree)).toEqual(OWN_COMMITS);
  });

  it('keeps what is no worktree of the repository any more, and one that git holds on to', async () => {
    const worktree = await make();
    await repository.git(['worktree', 'lock', worktree.path]);
    expect((await removeWorktree(worktree)).kept).toContain('locked');
    rmSync(join(worktree.path, '.git'));
    expect((await removeWorktree(worktree)).kept).toContain('it is no worktree of');
    expect(existsSync(join(worktree.path, 'a.txt'))).toBe(true);
  });
});
