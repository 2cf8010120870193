import type { ProfileInput } from '../../model/profile.ts';
import { RESET } from './prompt.ts';

/**
 * Dialogs of Gemini CLI and its forks. They stand where the prompt box was, most with a list of numbered choices:
 * `│ ● 1. Allow once` (Gemini), `› 1. Yes, allow once` and `❯ [ ] 1. Demo` (Qwen Code).
 */

type Regions = NonNullable<ProfileInput['regions']>;
type Rules = NonNullable<ProfileInput['rules']>;
type Rule = Rules[number];
type Condition = NonNullable<Rule['all']>[number];

export const dialogRegions: Regions = {
  bottom: { lastRows: 12 },
  spinner: { within: 'bottom', from: { last: /^ ?[⠁-⣿] +\S/u } },
  /** From the first choice of the last list to the end of the screen, whether the mark of the selection is there or not. */
  menu: { from: { last: /^[ │]{1,8}(?:[^\s\w│] {0,2})?(?:\[.\] )?1\. +\S/u } },
  lower: { lastRows: 18 },
  ask: { before: { region: 'menu' }, lastRows: 3 },
  /** From the marked choice to the end; lists that were scrolled have no first choice, some have no numbers. */
  marked: { from: { last: /^[ │]{1,8}[●○◉›❯▸▶]\ufe0e? {1,3}\S/u } },
  /** `Enter to select · ↑/↓ to navigate` (Gemini), `↑/↓: Navigate | Enter: Select | Esc: Cancel` (Qwen Code). */
  keys: {
    within: 'bottom',
    from: { last: /^[ │]{1,4}(?=\S).*\bEnter(?: to |: )(?:[Ss]elect|[Ss]ubmit|[Cc]onfirm)\b.*[·|]/u },
  },
  confirmation: { within: 'bottom', from: { last: /^ {0,2}[⠁-⣿]? *Waiting for user confirmation/u } },
  /** From the top of the last box to the end. Boxes within boxes start further right. */
  box: { from: { last: /^ {0,3}[╭┌]─{18,}[╮┐]?$/u } },
};

/** A prompt, a message or a running spinner below the list means that the list is a quotation or a thing of the past. */
const QUOTED: Condition[] = [
  { row: /^ ?[>!*] |Type your message|^[▄▀]{18,}$|^ {0,2}[✦◆]\ufe0e? \S|^ {0,2}\S?.*\(esc to cancel, \d/u },
  { in: 'bottom', row: /^│ [>*] {1,4}Type your message/u },
];

const LIMIT =
  /(?:usage|quota|rate|credits?) limit|quota (?:exceeded|limit)|limit reached|Upgrade for higher limits|stats model for usage|AI Credits/iu;
const TRUST = /\btrust (?:this |parent )?folder|Don't trust\b|\btrust the files\b/iu;
const LOGIN =
  /(?:Sign|Log) ?in with Google|Use Gemini API Key|How would you like to authenticate|Qwen OAuth|Connect a Provider|Third-party Providers|Select (?:an? )?Auth|Select Theme|Enter (?:Gemini )?API Key|Configuration Required|Waiting for (?:\w+ )?auth/iu;
const CHOICE =
  /keep planning|Yes, (?:and )?(?:auto|manual)\w*[- ](?:accept|approve) edits|Answer Questions|AskUserQuestion|Enter a custom value|Type something|loop detection/iu;
const LEAVE =
  /\ballow once\b|\b(?:allow always|always allow)\b|Allow (?:for|tool for) this|suggest changes|Allow execution of|Apply this change\?|Do you want to proceed\?/iu;

/** Reads a list by its own words or by those right above it. */
function listRules(id: string, state: Rule['state'], words: RegExp, butNot: Condition[] = []): Rules {
  const none = [...QUOTED, ...butNot];
  return [
    { id: `${id}-list`, state, in: 'menu', all: [{ text: words }], none },
    { id: `${id}-ask`, state, in: 'menu', all: [{ in: 'ask', text: words }], none },
  ];
}

/** Reads a box that has a list by any words in it: weaker, since a box can hold what the model wrote. */
function boxRules(id: string, state: Rule['state'], words: RegExp): Rules {
  return [
    {
      id: `${id}-box`,
      state,
      in: 'box',
      all: [{ text: words }],
      any: [{ in: 'marked' }, { in: 'menu' }],
      none: QUOTED,
    },
    { id: `${id}-marked`, state, in: 'marked', all: [{ text: words }], none: QUOTED },
  ];
}

/** For what stands in place of the prompt box; to be asked after all rules that need a living one. */
export const dialogRules: Rules = [
  ...listRules('trust', 'setup', TRUST),
  ...listRules('login', 'setup', LOGIN),
  ...listRules('approval', 'approval', LEAVE, [{ text: CHOICE }]),
  ...listRules('choice', 'question', CHOICE),
  ...boxRules('limit', 'limited', LIMIT).map((rule) => ({ ...rule, reset: RESET })),
  ...listRules('limit', 'limited', LIMIT),
  {
    // The box's edge is not to be seen.
    id: 'limit-lower',
    state: 'limited',
    in: 'lower',
    all: [{ in: 'menu', text: /\bKeep trying\b/u }, { text: LIMIT }],
    none: QUOTED.map((one) => ({ in: 'menu', ...one })),
    reset: RESET,
  },
  ...boxRules('trust', 'setup', TRUST),
  ...boxRules('login', 'setup', LOGIN),
  { id: 'login-form', state: 'setup', in: 'box', all: [{ text: LOGIN }], none: QUOTED },
  {
    // Qwen Code 0.15 at 60x20: the choices have left the screen at the top, the small print is still there.
    id: 'login-small-print',
    state: 'setup',
    in: 'lower',
    all: [{ lastRow: /^ {0,3}[╰└]─{18,}[╯┘]?$/u }, { text: /\bTerms of Services\b/u }],
    none: QUOTED,
  },
  ...boxRules('approval', 'approval', LEAVE),
  {
    // No word was understood, but somebody has to choose.
    id: 'list',
    state: 'question',
    in: 'menu',
    all: [{ row: /^[ │]{0,8}(?:[^\s\w│] {0,2})?(?:\[.\] )?2\. +\S/u }],
    none: QUOTED,
  },
  { id: 'marked-in-box', state: 'question', in: 'box', all: [{ in: 'marked' }], none: QUOTED },
  {
    // A box taller than the screen: only its bottom shows that the list stands in one.
    id: 'marked-over-floor',
    state: 'question',
    in: 'marked',
    all: [{ row: /^ {0,3}[╰└]─{18,}[╯┘]?$/u }],
    none: QUOTED,
  },
  {
    id: 'form',
    state: 'question',
    in: 'box',
    all: [{ text: /\b(?:Enter|Esc|Tab) to (?:submit|select|cancel|close|navigate)\b/u }],
    none: QUOTED,
  },
  {
    // Only questions have these below them.
    id: 'question-keys',
    state: 'question',
    in: 'keys',
    none: QUOTED,
  },
  { id: 'asks-for-confirmation', state: 'approval', in: 'confirmation', none: QUOTED },
];

export const startingRules: Rules = [
  {
    id: 'connecting',
    state: 'starting',
    in: 'status',
    all: [{ row: /^ {0,2}[⠁-⣿] +(?:Initializing|Connecting to (?:MCP|IDE)|Loading)/u }],
  },
  { id: 'restarting', state: 'starting', in: 'bottom', all: [{ lastRow: /^ ?Gemini CLI is restarting/u }] },
];
