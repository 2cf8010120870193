import type { ProfileInput } from '../../model/profile.ts';
import type { AgentState } from '../../model/state.ts';
import { choiceRegions, dialogs } from './choices.ts';
import { regions, rules } from './screen.ts';

/**
 * Subcommands that are no interactive agent, and print mode. A first message stands among the arguments too:
 * `claude "update the docs"` and `claude "run mkdir -p out"` must not match.
 */
const NOT_INTERACTIVE =
  /^(?:(?:doctor|update|upgrade|setup-token|migrate-installer|agents)(?: -\S+)*$|install(?: (?:stable|latest|\d\S*|-\S+))*$|(?:mcp|plugins?|auth|config)(?:$| (?:serve|add|add-\S+|list|get|set|remove|rm|login|logout|status|install|uninstall|enable|disable|update|validate|marketplace|reset-\S+|-\S+)(?: |$))|(?:-\S+(?:[= ][^-\s]\S*)? )*(?:-p|--print|-v|--version|-h|--help)(?: |$))|(?:^| )--(?:output|input)-format[ =]stream-json|^--(?:claude-in-chrome-mcp|chrome-native-host|computer-use-mcp|ripgrep)(?: |$)/u;

/** What a screen can show that the session file and the title do not know. */
const DIALOGS: AgentState[] = ['approval', 'question', 'limited', 'setup'];

export const claude: ProfileInput = {
  name: 'claude',
  title: 'Claude Code',
  testedVersions: ['2.1.330', '2.1.197', '2.1.19', '2.0.14', '1.0.100'],
  processes: [
    // The npm package's file is `claude.exe` on every system; argv[0] is `claude`.
    { program: /^claude(?:\.exe)?$/u, notArguments: NOT_INTERACTIVE },
    // The npm packages run by path: `cli.js` up to 2.1.1xx, `cli-wrapper.cjs` where the native binary is missing.
    { path: /\/@anthropic-ai\/claude-code\/(?:cli\.m?js|cli-wrapper\.cjs)$/u, notArguments: NOT_INTERACTIVE },
    // The native installer's link points at a file that is named by the version.
    { path: /\/claude\/versions\/\d[^/]*$/u, notArguments: NOT_INTERACTIVE },
  ],
  nativeReader: 'claude-session-file',
  // The footer of 2.1.330 under a 5-hour limit; a message would come on top of what it does anyway.
  resumesByItself: /\bContinuing automatically\b/u,
  // `sessions/PID.json`, seen in 2.1.197 and 2.1.330: `status`, with `waitingFor` behind it while waiting.
  native: [
    {
      id: 'session-busy',
      match: /^busy(?::|$)/u,
      state: 'busy',
      yieldsTo: [...DIALOGS, 'retrying', 'compacting'],
    },
    // Questions and plans are "permission prompt" too; only the screen tells them apart.
    {
      id: 'session-permission',
      match: /^waiting: permission prompt$/u,
      state: 'approval',
      yieldsTo: ['question', 'limited', 'setup'],
    },
    {
      id: 'session-waiting',
      match: /^waiting(?::|$)/u,
      state: 'question',
      yieldsTo: ['approval', 'limited', 'setup'],
    },
    // `idle` stands there while a usage limit counts down, over a draft, an error, and under the rewind menu.
    // A full disk stops its updates. So it never outvotes what the screen says, and says nothing on its own.
    {
      id: 'session-idle',
      match: /^(?:idle|shell)(?::|$)/u,
      state: 'idle',
      yieldsTo: [...DIALOGS, 'draft', 'busy', 'retrying', 'compacting', 'error', 'unknown'],
      needsScreen: true,
    },
  ],
  // A spinner before the topic means a turn is running (up to 2.1.197). The star means nothing: 2.1.330 in tmux
  // and 2.0 keep it while they work.
  titles: [
    {
      id: 'title-spinner',
      match: /^[\u2801-\u28ff] /u,
      state: 'busy',
      yieldsTo: [...DIALOGS, 'retrying', 'compacting'],
    },
  ],
  start: {
    program: 'claude',
    resume: ['--resume', '{session}'],
    newSession: ['--session-id', '{session}'],
    permissions: {
      // 2.1.330 starts in auto mode and calls this one `manual`; it still takes the old name, and 2.1.197 only that.
      ask: ['--permission-mode', 'default'],
      plan: ['--permission-mode', 'plan'],
      edits: ['--permission-mode', 'acceptEdits'],
      all: ['--permission-mode', 'bypassPermissions'],
    },
    env: { DISABLE_AUTOUPDATER: '1' },
  },
  leave: '/exit',
  delivery: {
    prompt: 'box',
    gutter: /^(?:│ ?)?(?:[❯>](?: |$)| {2})|(?<=^│.*) *│$/u,
    pastedMarks: [/\[Pasted text #\d+(?: \+(?<lines>\d+) lines?)?\]/u],
    enterDelayMs: 300,
    whileBusy: 'queues',
    underDialogs: 'gone',
    // 2.1.197 goes to a column by its own count at an emoji with a selector: after a colour of skin, which tmux 3.3a draws two columns
    // wide, that overwrites letters. 2.1.330 leaves the colours out.
    misdrawn: /\p{Emoji_Modifier}[^\n\p{Emoji_Modifier}]*\ufe0f/u,
  },
  transcriptReader: 'claude-transcript',
  regions: { ...regions, ...choiceRegions },
  rules,
  dialogs,
};
