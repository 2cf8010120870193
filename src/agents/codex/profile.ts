import type { ProfileInput } from '../../model/profile.ts';
import { choiceRegions, dialogs } from './choices.ts';
import { regions, rules } from './screen.ts';

/** Options that may stand before a subcommand, each with at most one value. */
const OPTIONS = String.raw`^(?:-\S+ (?:[^-\s]\S* )?)*?`;

/** Subcommands that are no conversation in this terminal. Those that a prompt may well begin with count only when an option, their own subcommand or nothing follows. */
const OTHER_COMMANDS = new RegExp(
  `${OPTIONS}(?:` +
    '(?:exec|e|app-server|mcp-server|exec-server|remote-control|proto|execpolicy|responses-api-proxy|stdio-to-uds|generate-ts|migrate-\\S+)(?: |$)' +
    '|(?:review|login|logout|mcp|plugin|completion|update|doctor|sandbox|debug|apply|a|cloud|cloud-tasks|features|queue|archive|unarchive|delete|help)(?: -.*| (?:status|list|get|add|remove|login|logout|linux|macos|windows|seatbelt|landlock|bash|zsh|fish)(?: .*)?)?$' +
    ')|^(?:.* )?(?:--version|-V|--help|-h)$',
  'u',
);

export const codex: ProfileInput = {
  name: 'codex',
  title: 'Codex',
  testedVersions: ['0.29.0', '0.39.0', '0.45.0', '0.60.1', '0.80.0', '0.115.0', '0.145.0', '0.169.0'],
  processes: [
    {
      // The Node wrapper, the native binary, and the binaries with a target in their name that versions before 0.50 shipped.
      program: /^codex(?:\.[cm]?js|\.exe)?$|^codex-(?:x86_64|aarch64)-[\w.-]+$/u,
      notArguments: OTHER_COMMANDS,
    },
  ],
  titles: [
    // Blinks between `[ ! ]` and `[ . ]`. Shown for approvals and for questions; the screen tells which.
    {
      id: 'title-action-required',
      match: /^\[ [!.] \] /u,
      state: 'approval',
      yieldsTo: ['question', 'setup'],
    },
    // While an answer streams the screen of 0.169 equals an idle one: the spinner in the title is all there is.
    {
      id: 'title-spinner',
      match: /^[\u2800-\u28ff] /u,
      state: 'busy',
      yieldsTo: ['approval', 'question', 'retrying', 'compacting', 'starting', 'setup'],
    },
  ],
  nativeReader: 'codex-open-rollout',
  start: {
    program: 'codex',
    // A turn that the shared background server runs goes on after its pane was closed.
    args: ['--no-daemon'],
    resume: ['resume', '{session}'],
    permissions: {
      ask: ['--sandbox', 'read-only', '--ask-for-approval', 'on-request'],
      // Its plan mode has no option: here it can read, and asks for nothing more.
      plan: ['--sandbox', 'read-only', '--ask-for-approval', 'never'],
      edits: ['--sandbox', 'workspace-write', '--ask-for-approval', 'on-request'],
      all: ['--dangerously-bypass-approvals-and-sandbox'],
    },
  },
  leave: '/quit',
  delivery: {
    prompt: 'written',
    gutter: /^ {0,2}›(?: |$)|^ {2}/u,
    pastedMarks: [/\[Pasted Content (?<characters>\d+) chars\](?: #\d+)?/u],
    enterDelayMs: 300,
    whileBusy: 'steers',
    underDialogs: 'gone',
  },
  transcriptReader: 'codex-rollout',
  // The shared background server goes on with the turns of every pane that was closed; we start without it.
  lingering: [{ program: /^codex(?:\.exe)?$/u, arguments: /^app-server\b.* --managed-daemon\b/u }],
  regions: { ...regions, ...choiceRegions },
  rules,
  dialogs,
};
