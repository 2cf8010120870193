import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkParent, ensurePrivateDirectory, findDirectories } from '../../src/store/directories.ts';

const UID = process.getuid?.() ?? 0;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tmo-dirs-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the directories', () => {
  const linux = { platform: 'linux' as const, uid: 4_294_000, home: '/home/u' };

  it('follow the XDG variables and ignore relative ones', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/7', XDG_STATE_HOME: 'relative', XDG_CONFIG_HOME: '/c' };
    expect(findDirectories({ ...linux, env })).toEqual({
      runtime: '/run/user/7/tmux-orchestrator',
      state: '/home/u/.local/state/tmux-orchestrator',
      config: '/c/tmux-orchestrator',
    });
  });

  it('are private ones below the temporary directory where there is no login session', () => {
    expect(findDirectories({ ...linux, env: {} }).runtime).toBe(join(tmpdir(), 'tmux-orchestrator-4294000'));
  });

  it('are where macOS keeps such things', () => {
    const found = findDirectories({ ...linux, platform: 'darwin', env: {} });
    expect(found.state).toBe('/home/u/Library/Application Support/tmux-orchestrator');
  });
});

describe('a private directory', () => {
  it('is made for its owner alone, with what is missing above it', () => {
    const path = join(root, 'a/b/c');
    ensurePrivateDirectory(path, UID);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    ensurePrivateDirectory(path, UID);
  });

  it('is refused when others may enter it, and left as it is', () => {
    const path = join(root, 'open');
    mkdirSync(path);
    chmodSync(path, 0o755);
    expect(() => ensurePrivateDirectory(path, UID)).toThrow('others may enter it (mode 0755)');
    expect(statSync(path).mode & 0o777).toBe(0o755);
  });

  it('is refused when it is a symbolic link', () => {
    mkdirSync(join(root, 'real'), { mode: 0o700 });
    symlinkSync(join(root, 'real'), join(root, 'link'));
    expect(() => ensurePrivateDirectory(join(root, 'link'), UID)).toThrow('it is a symbolic link');
  });

  it('is refused when it is a file', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => ensurePrivateDirectory(join(root, 'file'), UID)).toThrow('it is no directory');
  });

  it('is refused when it belongs to somebody else', () => {
    const path = join(root, 'theirs');
    mkdirSync(path, { mode: 0o700 });
    expect(() => ensurePrivateDirectory(path, UID + 1)).toThrow(`belongs to user ${UID}, not to ${UID + 1}`);
  });
});

describe('the directory above', () => {
  it('may be a sticky one of root, as /tmp is', () => {
    expect(() => checkParent('/tmp', UID)).not.toThrow();
  });

  it('may not be one where others can swap ours for another', () => {
    const path = join(root, 'shared');
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(() => checkParent(path, UID)).toThrow('others may write to it (mode 0777)');
  });

  it('must be there', () => {
    expect(() => checkParent(join(root, 'missing'), UID)).toThrow('ENOENT');
  });
});
