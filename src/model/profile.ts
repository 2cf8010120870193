import { z } from 'zod';
import { AGENT_STATES } from './state.ts';

/** A regular expression: a literal in our own profiles, a string in a user's YAML file. Always with the `u` flag. */
const Pattern = z.union([
  z.instanceof(RegExp),
  z.string().transform((source, context) => {
    try {
      return new RegExp(source, 'u');
    } catch (error) {
      context.addIssue(`not a regular expression: ${(error as Error).message}`);
      return z.NEVER;
    }
  }),
]);

const State = z.enum(AGENT_STATES);

/** How a CLI's process is told from others. Looks at arguments, never at the kernel's short name. */
const ProcessMatch = z.strictObject({
  /** Tested on the file name of the program: of argv[0], or of the script when argv[0] is an interpreter (node, bun, deno, python). */
  program: Pattern.optional(),
  /** Tested on the whole path of that program or script. */
  path: Pattern.optional(),
  /** Tested on the arguments behind the program, joined by spaces. */
  arguments: Pattern.optional(),
  /** The same; a match means: not the interactive CLI. */
  notArguments: Pattern.optional(),
});

/**
 * A row that limits a region: the `nth` match counted from the end (`last`) or the start (`first`). Where no row
 * matches there is no region, or with `orEdge` it goes to the edge of what it is cut from.
 */
const Anchor = z.union([
  z.strictObject({ last: Pattern, nth: z.int().min(1).default(1), orEdge: z.boolean().default(false) }),
  z.strictObject({ first: Pattern, nth: z.int().min(1).default(1), orEdge: z.boolean().default(false) }),
  /** The edge of a region named earlier: its start where this anchors an end, its end where it anchors a start. */
  z.strictObject({ region: z.string() }),
]);

/**
 * A named part of the screen. A region whose anchor is missing, or that has no row, does not exist.
 * `after`/`before` leave the anchor row out, `from`/`to` take it in.
 */
const Region = z.strictObject({
  within: z.string().optional(),
  after: Anchor.optional(),
  from: Anchor.optional(),
  before: Anchor.optional(),
  to: Anchor.optional(),
  /** Keep only the last N rows that are not blank (and the blank ones between). */
  lastRows: z.int().min(1).optional(),
  firstRows: z.int().min(1).optional(),
  /** Cut every row at the end of this match in the region's last matching row: drops side bars. */
  widthOf: Pattern.optional(),
  /** The region exists only if its very first row, the one at the start anchor, matches. */
  startsWith: Pattern.optional(),
  /** The region exists only where that earlier region does not. */
  unless: z.string().optional(),
});

/** One condition on a region (the rule's own unless `in` names another). All given parts must hold. */
const Condition = z.strictObject({
  in: z.string().optional(),
  /** Some row matches. */
  row: Pattern.optional(),
  firstRow: Pattern.optional(),
  lastRow: Pattern.optional(),
  /** The rows joined by one space, blanks folded: for phrases that wrap. */
  text: Pattern.optional(),
  /** Test on the rows with ghost text (placeholders, suggestions: see `ghost`) blanked out. Needs colours. */
  withoutGhost: z.boolean().default(false),
  /** Test on the rows with text in the default colour blanked out: what the CLI paints, not what the model wrote. Needs colours. */
  painted: z.boolean().default(false),
  /** The cursor stands in a column within these bounds, from 0. */
  cursorColumn: z.strictObject({ min: z.int().default(0), max: z.int().default(9999) }).optional(),
  /** The cursor stands in one of the region's rows. */
  cursorInside: z.boolean().optional(),
  /** The cursor stands in one of the region's rows, and what is left of it in that row matches. */
  beforeCursor: Pattern.optional(),
  /** How many rows the region has, the blank ones in it counted. */
  height: z.strictObject({ min: z.int().default(1), max: z.int().default(9999) }).optional(),
});

const ScreenRule = z.strictObject({
  /** Shown as evidence; stable over versions. */
  id: z.string(),
  state: State,
  /** The region its conditions look at. */
  in: z.string(),
  /** Regions that must not exist. */
  absent: z.array(z.string()).default([]),
  all: z.array(Condition).default([]),
  any: z.array(Condition).default([]),
  none: z.array(Condition).default([]),
  /** Where a reset instant may stand in the region's text; the first group (or the match) is parsed. */
  reset: Pattern.optional(),
});

/** A title or native status and the state it means. */
const SignalRule = z.strictObject({
  id: z.string(),
  /** Tested on the title, or on `status` and `detail` joined by `: `. */
  match: Pattern,
  state: State,
  /** Screen verdicts that know better than this signal. Any other screen verdict loses to it. */
  yieldsTo: z.array(State).default([]),
  /** Says nothing where the screen is not understood: for `idle`, which a dialog nobody knows may hide. */
  needsScreen: z.boolean().default(false),
});

/** Keys that may be pressed for an agent. Names are those of tmux(1). */
const Key = z.enum(['Enter', 'Escape', 'Up', 'Down', 'Left', 'Right', 'Tab', 'Space', 'C-u', 'C-c']);

/** How the CLI is started. Words go to the program as they are, no shell sees them. */
const Start = z.strictObject({
  /** Looked up in PATH. */
  program: z.string().min(1),
  args: z.array(z.string()).default([]),
  /** Words, before `args`, that take up a recorded conversation; `{session}` stands for its id. */
  resume: z.array(z.string()).optional(),
  /** Words, before `args`, that give a new conversation an id of our choice; `{session}` stands for a fresh UUID. */
  newSession: z.array(z.string()).optional(),
  /** What a role's `permissions` mean in words of this CLI. `ask`: before everything that changes anything; `all`: never. */
  permissions: z.partialRecord(z.enum(['ask', 'plan', 'edits', 'all']), z.array(z.string())).default({}),
  /** Variables every agent of this kind gets, for example to keep an updater away. */
  env: z.record(z.string(), z.string()).default({}),
});

/** How a text is brought into the CLI's prompt and sent. */
const Delivery = z.strictObject({
  /** The region that the text stands in while it is not sent. */
  prompt: z.string(),
  /** Taken off the start of each row of that region before it is compared with the text: frame and prompt glyph. */
  gutter: Pattern.optional(),
  /** What stands in the prompt in place of a long or many-line text. */
  pastedMarks: z.array(Pattern).default([]),
  /** Least time between paste and Enter. Milliseconds. */
  enterDelayMs: z.int().min(0).default(150),
  /** What Enter does while the CLI works: only where it queues may a message be sent then. */
  whileBusy: z.enum(['queues', 'steers', 'no']).default('no'),
  /** Whether the prompt stands on the screen while a dialog is open. Where it is gone, what looks like one is the dialog or the conversation. */
  underDialogs: z.enum(['gone', 'stays']).default('stays'),
  /** Longest text it takes in one paste; a longer one goes into a file. Bytes. */
  bytesMax: z.int().min(100).default(32_768),
  /** A text with this in it spoils the CLI's screen, as tmux draws it wider than the CLI reckons; it goes into a file. */
  misdrawn: Pattern.optional(),
});

/**
 * How the options of a dialog are read and chosen. Patterns are tested on rows as they are on the screen, without the frame or scroll
 * bar at their right end; `below` and `unless` on rows without the frame at their left either.
 */
const DialogSpec = z.strictObject({
  id: z.string(),
  /** The region in which the whole dialog stands. */
  in: z.string(),
  /** Only for these states. */
  states: z.array(z.enum(['approval', 'question', 'setup'])).min(1),
  /** The first row of what is asked: the last match above the options. Without it, or without a match, the region's first row. */
  top: Pattern.optional(),
  /**
   * Tested on each row; named groups: `label`; `number` where options are numbered; `mark`, which matches something else than blanks
   * only in the row of the selected option (or see `selectedBy`).
   */
  option: Pattern,
  /** Options stand beside each other in one row and `option` is matched again and again in it. */
  inRow: z.boolean().default(false),
  /** `colour`: selected is the one option whose `mark` is not painted like ghost text (see `ghost`). Needs colours. */
  selectedBy: z.enum(['mark', 'colour']).default('mark'),
  /** What may stand below the options, down to the end of the region or of the frame. Anything else: they are not the dialog's options. */
  below: Pattern.optional(),
  /** A row right above or below the options, or one of theirs, that tells of more options than are shown. */
  more: Pattern.optional(),
  /** In the row of text above the options, in theirs, or anywhere below: Enter does not take the selected option. */
  unless: Pattern.optional(),
  /** Keys that move the selection back and on. */
  back: Key.default('Up'),
  on: Key.default('Down'),
  confirm: Key.default('Enter'),
  /** Tested on labels: allows what is asked, this once; refuses it. */
  approve: Pattern.optional(),
  deny: Pattern.optional(),
});

/** What we know about one CLI. Plain data: a user's `profiles/NAME.yaml` has the same form. */
export const ProfileSchema = z.strictObject({
  /** Lower case; the name agents of this kind are given. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  title: z.string(),
  /** Versions of the CLI whose screens these rules were tested on. */
  testedVersions: z.array(z.string()).default([]),
  processes: z.array(ProcessMatch).min(1),
  /** Reader of the CLI's own state files; only built-in ones. */
  nativeReader: z
    .enum(['claude-session-file', 'codex-open-rollout', 'qwen-session-file', 'copilot-open-session'])
    .optional(),
  native: z.array(SignalRule).default([]),
  titles: z.array(SignalRule).default([]),
  /** How the CLI paints placeholders and suggestions. `gray`: a foreground with nearly equal parts, not white. */
  ghost: z
    .strictObject({ dim: z.boolean().default(true), gray: z.boolean().default(false) })
    .default({ dim: true, gray: false }),
  /** Evaluated in order. `screen` always exists unless the screen is blank. */
  regions: z.record(z.string(), Region).default({}),
  /** The first rule that holds decides. */
  rules: z.array(ScreenRule).default([]),
  /** Absent where we cannot start it. */
  start: Start.optional(),
  /** Typed into an empty prompt it makes the CLI leave. */
  leave: z.string().optional(),
  /** Keys that interrupt what it does, one after the other. */
  interrupt: z.array(Key).default(['Escape']),
  /** Absent where we cannot write to it. */
  delivery: Delivery.optional(),
  /** The first that finds options is taken. */
  dialogs: z.array(DialogSpec).default([]),
  /** Reader of the CLI's own record of the conversation; only built-in ones. */
  transcriptReader: z.enum(['claude-transcript', 'codex-rollout']).optional(),
  /** In state `error`, tested on the last rows above the prompt: it cannot log in, and no restart will mend that. */
  authenticationErrors: Pattern.default(
    /\b401\b|\b403\b|not logged in|run \/login|invalid api key|incorrect api key|unauthori[sz]ed|authentication (?:failed|error)|credit balance/iu,
  ),
  /** In state `error`, tested on the same rows: a fault of the API that may pass. */
  apiFaults: Pattern.default(
    /\b(?:429|5\d\d)\b|overloaded|rate.?limit|timed? ?out|connection|network|\bE(?:CONN|TIMEDOUT|AI_AGAIN|NOTFOUND)|internal server|server error|unavailable|stream (?:error|disconnected|closed)|fetch failed/iu,
  ),
  /** In state `limited`, tested on the last rows of the screen: it goes on by itself when the limit is over, and is told nothing. */
  resumesByItself: Pattern.optional(),
  /** Processes of it that outlive its pane by design and go on working: matched like `processes`. */
  lingering: z.array(ProcessMatch).default([]),
  /** An unreadable screen within this time after the process started means `starting`. Milliseconds. */
  startupMs: z.int().min(0).default(30_000),
  /** `busy` with nothing moving for longer than this means `stuck`. Milliseconds. */
  stuckAfterMs: z.int().min(1_000).default(600_000),
});

export type Profile = z.infer<typeof ProfileSchema>;
export type ProfileInput = z.input<typeof ProfileSchema>;
export type RegionSpec = Profile['regions'][string];
export type AnchorSpec = z.infer<typeof Anchor>;
export type ConditionSpec = z.infer<typeof Condition>;
export type ScreenRuleSpec = z.infer<typeof ScreenRule>;
export type SignalRuleSpec = z.infer<typeof SignalRule>;
export type ProcessMatchSpec = z.infer<typeof ProcessMatch>;
export type StartSpec = z.infer<typeof Start>;
export type DialogSpec = z.infer<typeof DialogSpec>;
