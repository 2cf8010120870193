import type { ProfileInput } from '../../model/profile.ts';
import { dialogs } from './choices.ts';
import { regions, rules } from './screen.ts';

/** One-shot and machine-driven modes, and commands that keep packages. */
const OTHER_COMMANDS =
  /^(?:install|remove|uninstall|update|list|config|auth)(?: |$)|(?:^| )(?:-p|--print|--mode[= ](?:json|rpc)|--list-models|--export|-h|--help|-v|--version)(?: |$)/u;

/**
 * pi fills its rows with blanks up to the edge and counts a cluster as its first character. Where tmux (seen: 3.3a) counts more, the blanks
 * run over into the next row, and all below stands a row too low from then on: colours of skin, vowel signs that take room, and in
 * Indian scripts and their kin the second of two joined consonants.
 */
const WIDER_IN_TMUX =
  /\p{Emoji_Modifier}|\p{Mc}|[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2]\u200d?\p{L}/u;

/** pi: its title (`π - directory`) says nothing of its state, so the screen decides. */
export const pi: ProfileInput = {
  name: 'pi',
  title: 'pi',
  testedVersions: ['0.30.2', '0.50.7', '0.73.1', '0.80.10', '0.87.1'],
  processes: [
    // pi names its process `pi` and loses its arguments by it; until then it is a script of Node or Bun, or a compiled program.
    { program: /^pi(?:\.exe)?$/u, notArguments: OTHER_COMMANDS },
    { path: /\/pi-coding-agent\/dist\/(?:bun\/)?cli\.js$/u, notArguments: OTHER_COMMANDS },
  ],
  start: {
    program: 'pi',
    resume: ['--session', '{session}'],
    // It never asks; the tools that change nothing are all it can be held to.
    permissions: { plan: ['--tools', 'read,grep,find,ls'], all: [] },
    env: { PI_SKIP_VERSION_CHECK: '1' },
  },
  leave: '/quit',
  delivery: {
    // Its own row holds nothing but blanks while nothing is typed; the rules make it a region.
    prompt: 'editor',
    gutter: /^──.*──$/u,
    pastedMarks: [/\[paste #\d+ (?:\+(?<lines>\d+) lines|(?<characters>\d+) chars)\]/u],
    enterDelayMs: 300,
    whileBusy: 'steers',
    underDialogs: 'gone',
    misdrawn: WIDER_IN_TMUX,
  },
  regions,
  rules,
  dialogs,
};
