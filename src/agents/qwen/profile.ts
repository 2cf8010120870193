import type { ProfileInput } from '../../model/profile.ts';
import { dialogRegions } from '../gemini/dialogs.ts';
import { NOT_INTERACTIVE } from '../gemini/profile.ts';
import { GUTTER, promptRegions } from '../gemini/prompt.ts';
import { choiceRegions, dialogs } from './choices.ts';
import { qwenRules } from './screen.ts';

export const qwen: ProfileInput = {
  name: 'qwen',
  title: 'Qwen Code',
  testedVersions: ['0.5.2', '0.15.10', '0.21.2', '0.24.4'],
  processes: [
    { program: /^qwen(?:\.(?:c?js|exe))?$/u, notArguments: NOT_INTERACTIVE },
    // What the link leads to, and the second process that it starts.
    {
      path: /\/@qwen-code\/qwen-code\/(?:dist\/)?(?:cli|cli-entry|index)\.js$/u,
      notArguments: NOT_INTERACTIVE,
    },
  ],
  titles: [
    // The bare `Qwen - dir` stays for a moment after a prompt was sent, and older versions have no other: no rule.
    {
      id: 'title-waiting',
      match: /^✳/u,
      state: 'approval',
      yieldsTo: ['question', 'setup', 'limited'],
    },
    {
      id: 'title-working',
      match: /^[◐◓◑◒]/u,
      state: 'busy',
      yieldsTo: ['approval', 'question', 'setup', 'limited', 'retrying', 'compacting'],
    },
  ],
  ghost: { dim: true, gray: true },
  nativeReader: 'qwen-session-file',
  start: {
    program: 'qwen',
    resume: ['--resume', '{session}'],
    newSession: ['--session-id', '{session}'],
    permissions: {
      ask: ['--approval-mode', 'default'],
      plan: ['--approval-mode', 'plan'],
      edits: ['--approval-mode', 'auto-edit'],
      all: ['--approval-mode', 'yolo'],
    },
  },
  leave: '/quit',
  delivery: {
    prompt: 'input',
    gutter: GUTTER,
    pastedMarks: [/\[Pasted Content (?<characters>\d+) chars\](?: #\d+)?/u],
    enterDelayMs: 500,
    whileBusy: 'steers',
    underDialogs: 'gone',
  },
  regions: {
    ...promptRegions,
    ...dialogRegions,
    ...choiceRegions,
    lastWord: { within: 'above', from: { last: /^ {0,2}> \S|^ {0,2}[^\s\w>─]\S* |^ {2}(?:x|-) /u } },
    spinner: { within: 'bottom', from: { last: /^ {0,2}[⠁-⣿] +\S/u } },
  },
  rules: qwenRules,
  dialogs,
};
