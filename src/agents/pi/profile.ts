import type { ProfileInput } from '../../model/profile.ts';
import { dialogs } from './choices.ts';
import { regions, rules } from './screen.ts';

/** One-shot and machine-driven modes, and commands that keep packages. */
const OTHER_COMMANDS =
  /^(?:install|remove|uninstall|update|list|config|auth)(?: |$)|(?:^| )(?:-p|--print|--mode[= ](?:json|rpc)|--list-models|--export|-h|--help|-v|--version)(?: |$)/u;

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
  },
  regions,
  rules,
  dialogs,
};
