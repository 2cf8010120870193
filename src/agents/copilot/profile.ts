import type { ProfileInput } from '../../model/profile.ts';
import { dialogs } from './choices.ts';
import { regions, rules } from './screen.ts';

/** One prompt and out, a server for an editor, or a subcommand; then the commands of AWS Copilot, a program of the same name. */
const NOT_INTERACTIVE =
  /(?:^| )(?:-p|--prompt|--acp|--server|--headless|--version|-v|--help|-h)(?: |=|$)|^(?:help|version|update|login|completion|config|plugin|mcp|skill|lsp|instruction|sessions|memories|sandbox|workflow|app|env|svc|job|task|pipeline|secret|storage|deploy|docs)(?: |$)/u;

export const copilot: ProfileInput = {
  name: 'copilot',
  title: 'GitHub Copilot CLI',
  testedVersions: ['1.0.32', '1.0.70', '1.0.102'],
  processes: [
    { program: /^copilot(?:\.exe)?$/u, notArguments: NOT_INTERACTIVE },
    { path: /@github\/copilot[^/]*\/(?:index|app|npm-loader)\.[cm]?js$/u, notArguments: NOT_INTERACTIVE },
  ],
  // The title is the conversation's topic, whatever goes on: it says nothing of the state.
  nativeReader: 'copilot-open-session',
  start: {
    program: 'copilot',
    resume: ['--resume={session}'],
    newSession: ['--session-id', '{session}'],
    permissions: {
      ask: ['--mode', 'interactive'],
      plan: ['--mode', 'plan'],
      edits: ['--allow-tool', 'write'],
      all: ['--allow-all'],
    },
    env: { COPILOT_AUTO_UPDATE: 'false' },
  },
  leave: '/exit',
  interrupt: ['Escape', 'Escape'],
  delivery: {
    prompt: 'box',
    gutter: /^ ?[❯>](?: |$)|^ {2,3}/u,
    pastedMarks: [/\[Paste #\d+ - (?<lines>\d+) lines?\]/u],
    enterDelayMs: 300,
    whileBusy: 'queues',
    underDialogs: 'gone',
    // It puts a paste of 29,000 bytes into a file of its own; 20,000 it kept.
    bytesMax: 20_000,
  },
  regions,
  rules,
  dialogs,
};
