import type { ProfileInput } from '../../model/profile.ts';
import { dialogRegions } from './dialogs.ts';
import { promptRegions } from './prompt.ts';
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
  regions: { ...promptRegions, ...dialogRegions },
  rules: geminiRules,
};
