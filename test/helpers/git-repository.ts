import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A git repository of one test's own. */
export interface GitRepository {
  path: string;
  /** Runs git in it, or in another directory, and gives its output. */
  git(words: readonly string[], directory?: string): Promise<string>;
  /** Writes a file below the repository, or below another directory. */
  write(file: string, text: string, directory?: string): void;
}

/** With one commit, that holds `a.txt` and `web/b.txt`. */
export async function makeRepository(path: string): Promise<GitRepository> {
  mkdirSync(path);
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  const git = async (words: readonly string[], directory = path) => {
    const env = { PATH: process.env.PATH, HOME: path, GIT_CONFIG_NOSYSTEM: '1' };
    const { stdout } = await execa('git', [...author, ...words], { cwd: directory, env, extendEnv: false });
    return stdout;
  };
  const write = (file: string, text: string, directory = path) => {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  };
  await git(['init', '--quiet', '--initial-branch=main']);
  write('a.txt', 'a\n');
  write('web/b.txt', 'b\n');
  await git(['add', '.']);
  await git(['commit', '--quiet', '--message=first']);
  return { path, git, write };
}
