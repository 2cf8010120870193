import type { ProfileInput } from '../../model/profile.ts';
import { choiceRegions, dialogs } from './choices.ts';
import { dialogRegions } from './dialogs.ts';
import { GUTTER, promptRegions } from './prompt.ts';
import { geminiRules } from './screen.ts';

/** Subcommands and options of Gemini CLI and its forks with which it is no agent that somebody talks to. */
export const NOT_INTERACTIVE =
  /^(?:mcp|extensions?|skills?|hooks?|channel|serve|auth|sessions?|review)(?: |$)|(?:^| )(?:-p|--prompt|-v|--version|-h|--help|--acp|--experimental-acp|--list-extensions|-l|--list-sessions|--delete-session|--input-format)(?:[ =]|$)|(?:^| )(?:-o|--output-format)[ =](?:stream-)?json(?: |$)/u;

export const gemini: ProfileInput = {
  name: 'gemini',
  title: 'Gemini CLI',
  testedVersions: ['0.1.22', '0.10.0', '0.22.4', '0.28.2', '0.34.0', '0.47.0', '0.61.0'],
  processes: [
    { program: /^gemini(?:\.(?:c?js|exe))?$/u, notArguments: NOT_INTERACTIVE },
    // A global installation run without its link: `node /usr/lib/node_modules/@google/gemini-cli/dist/index.js`.
    { path: /\/@google\/gemini-cli\/(?:dist|bundle)\/[\w.-]+$/u, notArguments: NOT_INTERACTIVE },
  ],
  titles: [
    // The title says Ready under a trust dialog, a usage limit or while compressing, so it proves nothing: no rule.
    {
      id: 'title-action-required',
      match: /^(?:✋\s*)?Action Required\b|^✋/u,
      state: 'approval',
      yieldsTo: ['question', 'setup', 'limited'],
    },
    {
      id: 'title-working',
      match: /^[✦⏲]|^\s*Working…/u,
      state: 'busy',
      yieldsTo: ['approval', 'question', 'setup', 'limited', 'retrying', 'compacting'],
    },
  ],
  ghost: { dim: true, gray: true },
  start: {
    program: 'gemini',
    resume: ['--resume', '{session}'],
    newSession: ['--session-id', '{session}'],
    permissions: {
      ask: ['--approval-mode', 'default'],
      plan: ['--approval-mode', 'plan'],
      edits: ['--approval-mode', 'auto_edit'],
      all: ['--approval-mode', 'yolo'],
    },
  },
  leave: '/quit',
  delivery: {
    prompt: 'input',
    gutter: GUTTER,
    pastedMarks: [/\[Pasted Text: (?:(?<lines>\d+) lines|(?<characters>\d+) chars)\](?: #\d+)?/u],
    // An Enter up to 150 ms behind a paste was seen to become a line break.
    enterDelayMs: 500,
    whileBusy: 'queues',
    underDialogs: 'gone',
  },
  regions: { ...promptRegions, ...dialogRegions, ...choiceRegions },
  rules: geminiRules,
  dialogs,
};
