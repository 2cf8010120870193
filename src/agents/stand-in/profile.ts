import type { ProfileInput } from '../../model/profile.ts';
import { dialogs } from './choices.ts';

const RULE = /^─{10,}$/u;
const SPINNING = '^[◐◓◑◒] ';

/** The pretended agent that comes with the program. Its own lines start in column 0, all that it quotes is indented. */
export const standIn: ProfileInput = {
  name: 'stand-in',
  title: 'Stand-in',
  testedVersions: ['1'],
  processes: [{ path: /(?:^|\/)stand-in\/main\.js$/u }],
  titles: [
    {
      id: 'title-busy',
      match: /^◐ /u,
      state: 'busy',
      yieldsTo: ['retrying', 'compacting', 'approval', 'question', 'setup'],
    },
    { id: 'title-waiting', match: /^◆ /u, state: 'approval', yieldsTo: ['question', 'setup'] },
  ],
  regions: {
    above: { before: { last: RULE, nth: 2 } },
    box: { after: { last: RULE, nth: 2 }, before: { last: RULE } },
    /** The last thing that the program itself says above the prompt, with its further rows. */
    block: { within: 'above', from: { last: /^[»●■✗◐◓◑◒] /u } },
    dialog: { after: { last: RULE } },
  },
  rules: [
    {
      id: 'banner',
      state: 'starting',
      in: 'screen',
      absent: ['dialog'],
      all: [{ text: /^Stand-in, .*starting…$/u }],
    },
    ...dialogRules(),
    ...promptRules(),
  ],
  dialogs,
  // The caller puts the program's own file in this word's place, and what runs it before it.
  start: { program: '{stand-in}' },
  leave: '/exit',
  delivery: {
    prompt: 'box',
    gutter: /^» ?|^ {2}/u,
    // Those of the CLIs whose prompts it can imitate (`--prompt`).
    pastedMarks: [
      /\[Pasted text #\d+ \+(?<lines>\d+) lines\]/u,
      /\[Pasted Content (?<characters>\d+) chars\]/u,
      /\[Pasted Text: (?:(?<lines>\d+) lines|(?<characters>\d+) chars)\]/u,
      /\[Pasted ~(?<lines>\d+) lines\]/u,
      /\[Paste #\d+ - (?<lines>\d+) lines\]/u,
      /\[paste #\d+ (?:\+(?<lines>\d+) lines|(?<characters>\d+) chars)\]/u,
    ],
    whileBusy: 'queues',
    underDialogs: 'gone',
  },
  // A working spinner moves four times a second: what stands still this long hangs.
  stuckAfterMs: 20_000,
};

type Rules = NonNullable<ProfileInput['rules']>;

function dialogRules(): Rules {
  const isMenu = [{ row: /^» \d\. /u }, { lastRow: /^ Enter to select/u }];
  return [
    { id: 'dialog-trust', state: 'setup', in: 'dialog', all: [...isMenu, { firstRow: /^ Do you trust/u }] },
    {
      id: 'dialog-run',
      state: 'approval',
      in: 'dialog',
      all: [...isMenu, { firstRow: /^ Do you want to run/u }],
    },
    { id: 'dialog-other', state: 'question', in: 'dialog', all: isMenu },
  ];
}

function promptRules(): Rules {
  const prompt = { in: 'box', firstRow: /^»(?: |$)/u };
  const block = (pattern: string) => [prompt, { firstRow: new RegExp(pattern, 'u') }];
  return [
    {
      id: 'retry-line',
      state: 'retrying',
      in: 'block',
      all: block(`${SPINNING}.*retrying in \\d+s · attempt`),
    },
    { id: 'compact-line', state: 'compacting', in: 'block', all: block(`${SPINNING}Compacting`) },
    { id: 'spinner-line', state: 'busy', in: 'block', all: block(`${SPINNING}\\S+…`) },
    {
      ...{ id: 'limit-line', state: 'limited', in: 'block', all: block('^■ Usage limit reached') },
      reset: / resets (.+)$/u,
    },
    { id: 'error-line', state: 'error', in: 'block', all: block('^✗ ') },
    {
      id: 'text-in-prompt',
      state: 'draft',
      in: 'box',
      all: [prompt],
      // A blank last row is no part of the region: the cursor stands below it then.
      any: [{ beforeCursor: /\S.*\S/u }, { height: { min: 2 } }, { firstRow: /^» \S/u, cursorInside: false }],
    },
    {
      id: 'empty-prompt',
      state: 'idle',
      in: 'box',
      all: [prompt, { cursorInside: true }, { cursorColumn: { max: 2 } }],
    },
  ];
}
