import { expect } from 'vitest';
import { INSIDE, type Rig, type RigEnd } from './rig.ts';

export const UNIT = `${INSIDE.home}/.config/systemd/user/tmux-orchestrator.service`;
/** A copy of the program that the user may write to, as npm installs one below the home directory. */
export const COPY = `${INSIDE.home}/copy`;

/** Makes the copy of the program in a fresh rig. */
export async function makeCopy(rig: Rig): Promise<void> {
  await rig.shell(`mkdir ${COPY} && cd ${INSIDE.app} && cp -r dist package.json systemd launchd ${COPY}`);
  await rig.shell(`ln -s ${INSIDE.app}/node_modules ${COPY}/node_modules`);
}

/** Runs the copy with these words. */
export function runCopy(rig: Rig, words: string, env: Record<string, string> = {}): Promise<RigEnd> {
  return rig.run([INSIDE.node, `${COPY}/dist/cli/main.js`, ...words.split(' ')], { env });
}

export async function expectNothingInstalled(rig: Rig): Promise<void> {
  const left =
    'find ~/.config -name "*tmux-orchestrator*" -path "*systemd*" 2>/dev/null; ls -d ~/.config/systemd 2>/dev/null; true';
  expect(await rig.shell(left)).toBe('');
  const state = await rig.shell('systemctl --user show --property=LoadState,ActiveState tmux-orchestrator');
  expect(state.split('\n').sort()).toEqual(['ActiveState=inactive', 'LoadState=not-found']);
  expect(await rig.shell(`test -e ${INSIDE.runtime}/tmux-orchestrator && echo there || echo gone`)).toBe(
    'gone',
  );
}

/** How a command must have ended, and what it must have said on either stream. */
export function expectEnd(end: RigEnd, code: number, words: RegExp): RigEnd {
  expect({ code: end.code, said: end.stdout + end.stderr }).toEqual({
    code,
    said: expect.stringMatching(words),
  });
  return end;
}
