import type { ProfileInput } from '../../model/profile.ts';
import { choiceRegions, dialogs } from './choices.ts';
import { regions, rules } from './screen.ts';

/**
 * Subcommands that are no screen of a conversation: servers, one-shot runs, housekeeping. `attach` is left out: it is the same screen
 * on another process's session. Only options that stand before a subcommand may come first, so that `--prompt "run it"` is no `run`.
 */
const OTHER_COMMANDS =
  /^(?:(?:--print-logs|--pure|--log-level[= ]\S+) )*(?:acp|agent|auth|completion|console|db|debug|export|generate|github|import|mcp|models|plug|plugin|pr|providers|run|serve|session|stats|uninstall|upgrade|web|-h|--help|-v|--version)(?: |$)/u;

/** opencode: titles (`OpenCode`, `OC | topic`) say nothing of its state, so the screen decides. */
export const opencode: ProfileInput = {
  name: 'opencode',
  title: 'opencode',
  testedVersions: ['1.1.65', '1.2.27', '1.14.41', '1.18.33'],
  processes: [
    // The npm wrapper (a Node script) and the native program it starts; `.opencode` and `opencode.exe` are names of the latter.
    { program: /^\.?opencode(?:\.exe)?$/u, notArguments: OTHER_COMMANDS },
  ],
  // 1.18 paints placeholders #808080.
  ghost: { dim: true, gray: true },
  start: {
    program: 'opencode',
    resume: ['--session', '{session}'],
    // Asking before edits or commands is a matter of its configuration; there are no options for it.
    permissions: { plan: ['--agent', 'plan'], all: ['--auto'] },
    env: { OPENCODE_DISABLE_AUTOUPDATE: '1' },
  },
  leave: '/exit',
  interrupt: ['Escape', 'Escape'],
  delivery: {
    prompt: 'text',
    gutter: /^\s*┃ {0,2}| *┃$/u,
    pastedMarks: [/\[Pasted ~(?<lines>\d+) lines?\]/u],
    enterDelayMs: 300,
    whileBusy: 'queues',
    underDialogs: 'gone',
  },
  regions: { ...regions, ...choiceRegions },
  rules,
  dialogs,
  // The first start in a fresh home showed a blank alternate screen for up to 100 s.
  startupMs: 120_000,
};
