import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, type CliRoom, openCliRoom } from '../helpers/cli-room.ts';

let room: CliRoom;
beforeAll(async () => {
  room = openCliRoom();
  room.writeAgent({ name: 'claude-3' });
  room.writeAgent({ name: 'codex-5' });
  const schedules = join(room.env.XDG_STATE_HOME ?? '', 'tmux-orchestrator/schedules');
  mkdirSync(schedules, { mode: 0o700, recursive: true });
  writeFileSync(join(schedules, 'morning.json'), '{}');
  const program = `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`;
  writeFileSync(join(room.folder, 'tmo'), program, { mode: 0o755 });
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(room.folder, `complete.${shell}`), (await room.run('completion', shell)).stdout);
  }
});
afterAll(() => room.close());

/** What bash offers behind these words; the last one is begun. */
async function complete(...words: string[]): Promise<string[]> {
  const script = `
    source complete.bash
    COMP_WORDS=(tmo "$@"); COMP_CWORD=$#
    _tmux_orchestrator tmo
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['--norc', '-c', script, 'bash', ...words], {
    ...{ cwd: room.folder, env: { ...room.env, PATH: `${room.folder}:${room.env.PATH}` }, extendEnv: false },
  });
  return stdout.split('\n').filter((word) => word !== '');
}

/** What takes no agent that is there as its first word. */
const NAMELESS = ['list', 'spawn', 'adopt', 'help'];

describe('completion in bash', () => {
  it('offers commands', async () => {
    expect(await complete('')).toEqual(
      expect.arrayContaining(['status', 'agent', 'run', 'doctor', 'explain']),
    );
    expect(await complete('st')).toEqual(['status']);
    expect(await complete('agent', 'rec')).toEqual(['record']);
    expect(await complete('message', '')).toEqual([...['list', 'show', 'cancel', 'retry', 'wait', 'help']]);
  });

  it('never offers what is hidden', async () => {
    expect(await complete('__')).toEqual([]);
  });

  it('offers options of the command and those of all', async () => {
    expect(await complete('agent', 'wait', '--')).toEqual(
      expect.arrayContaining(['--state', '--timeout', '--json', '--help']),
    );
    expect(await complete('status', '--wa')).toEqual(['--watch']);
  });

  it('offers names of agents', async () => {
    expect(await complete('agent', 'show', 'c')).toEqual(['claude-3', 'codex-5']);
    expect(await complete('agent', 'wait', '--json', 'co')).toEqual(['codex-5']);
    const verbs = (await complete('agent', '')).filter((verb) => !NAMELESS.includes(verb));
    for (const verb of verbs) {
      expect({ verb, names: await complete('agent', verb, 'co') }).toEqual({ verb, names: ['codex-5'] });
    }
    expect(verbs).toEqual(expect.arrayContaining(['send', 'answer', 'stop', 'restart', 'pause', 'attach']));
  });

  it('offers names of agents to options', async () => {
    expect(await complete('message', 'list', '--to', 'co')).toEqual(['codex-5']);
    expect(await complete('schedule', 'add', '--agent', 'cl')).toEqual(['claude-3']);
  });

  it('offers names of schedules', async () => {
    const verbs = (await complete('schedule', '')).filter((verb) => !['list', 'add', 'help'].includes(verb));
    for (const verb of verbs) expect(await complete('schedule', verb, 'mo')).toEqual(['morning']);
    expect(verbs).toEqual(expect.arrayContaining(['show', 'pause', 'resume', 'run', 'remove', 'next']));
  });

  it('offers no name of an agent where a new one is to be invented', async () => {
    for (const verb of NAMELESS) expect(await complete('agent', verb, 'co')).toEqual([]);
  });

  it('offers values of options', async () => {
    expect(await complete('agent', 'wait', 'claude-3', '--state', 'bu')).toEqual(['busy']);
    expect(await complete('run', '--supervisor', '')).toEqual(['auto', 'systemd', 'launchd', 'none']);
    expect(await complete('--config', 'complete.b')).toEqual(['complete.bash']);
    expect(await complete('schema', 'pro')).toEqual(['profile']);
  });

  it('does not take the value of an option for a command', async () => {
    expect(await complete('--socket-name', 'agent', 'st')).toEqual(['status']);
  });

  it('runs nothing that an agent could be called', async () => {
    writeFileSync(join(room.runtime, 'agents', '$(touch canary).json'), '{}');
    expect(await complete('agent', 'show', '')).toEqual(['claude-3', 'codex-5']);
    expect(existsSync(join(room.folder, 'canary'))).toBe(false);
  });
});

describe('the answers for completion', () => {
  it('are silent where there is nothing, and about anything unknown', async () => {
    const empty = openCliRoom();
    for (const what of ['agents', 'schedules', 'secrets', 'constructor']) {
      const { stdout, stderr, code } = await empty.run('__complete', what);
      expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: '', code: 0 });
    }
    empty.close();
  });
});

describe('completion in other shells', () => {
  /** The shell reads its script where it is installed; else bash, whose syntax ours for zsh keeps to. */
  async function check(shell: string, standIn: string): Promise<void> {
    const { exitCode } = await execa(shell, ['--version'], { reject: false });
    await execa(exitCode === 0 ? shell : standIn, ['-n', join(room.folder, `complete.${shell}`)]);
  }

  it('is a valid script for zsh', async () => {
    await check('zsh', 'bash');
  });

  it('is a valid script for fish, and knows every command', async () => {
    const { stdout } = await room.run('completion', 'fish');
    for (const word of ['status', 'agent', 'explain', 'doctor']) expect(stdout).toContain(`-a ${word} -d '`);
    await check('fish', 'true');
  });
});
