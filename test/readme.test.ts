import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/store/config-file.ts';
import { type PrivateTmux, privateTmux } from './helpers/private-tmux.ts';
import { TestHome } from './helpers/worker-process.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The text of all fenced blocks of a language, in order. */
function readBlocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    (match) => match[1] ?? '',
  );
}

describe('the commands of the README', () => {
  let home: TestHome;
  let tmux: PrivateTmux;

  beforeAll(async () => {
    home = new TestHome();
    const standIn = join(ROOT, 'dist/stand-in/main.js');
    tmux = await privateTmux({ command: [process.execPath, standIn, '--name', 'ada'] });
    home.startWorker('--socket-path', tmux.socketPath);
    await home.untilState('stand-in-0', 'idle');
    const shim = `#!/bin/sh\nexec ${process.execPath} ${join(ROOT, 'dist/cli/main.js')} "$@"\n`;
    mkdirSync(join(home.path, 'bin'));
    writeFileSync(join(home.path, 'bin/tmo'), shim, { mode: 0o755 });
  });

  afterAll(async () => {
    await home.close();
    await tmux.close();
  });

  const lines = readBlocks('sh').flatMap((block) => block.trim().split('\n'));

  it('are there', () => expect(lines.length).toBeGreaterThan(8));

  it.each(lines)('%s', async (line) => {
    const env = { ...home.env, PATH: `${join(home.path, 'bin')}:${process.env.PATH}` };
    const { exitCode, all } = await execa('bash', ['-c', line], {
      ...{ env, extendEnv: false, cwd: home.path, reject: false, all: true },
    });
    expect(exitCode, all).toBe(0);
  });
});

describe('the files of the README', () => {
  it('are taken as configuration and profile', async () => {
    const home = new TestHome();
    const [config = '', profile = ''] = readBlocks('yaml');
    home.writeConfig(config);
    mkdirSync(join(home.config, 'profiles'));
    writeFileSync(join(home.config, 'profiles/aider.yaml'), profile);
    const loaded = loadConfig({ directory: home.config, env: {} });
    expect(loaded.config.tmux.socketName).toBe('work');
    expect(loaded.profiles.map((one) => one.name)).toEqual(['aider']);
    await home.close();
  });
});
