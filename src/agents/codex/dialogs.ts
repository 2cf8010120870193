import type { ProfileInput } from '../../model/profile.ts';
import { COMPOSER, FOOTER, KEYS } from './marks.ts';

type Rules = NonNullable<ProfileInput['rules']>;

const OPTION = /^ {0,4}(?:[›>❯] )?\d+\. \S/u;
const SELECTED = /^ {0,4}[›>❯] \d+\. \S/u;

const APPROVAL_OPTIONS =
  /\((?:y|p|a|d|n|r|esc)\)|tell Codex what to do|Yes, proceed|Yes, (?:just this once|run|apply|provide|grant)|don't ask again|allow this host/iu;
const APPROVAL_TITLE =
  /Would you like to (?:run|make|grant|apply|send)|(?:approve|allow) (?:network|command|access|Codex)|needs your approval|Allow command\?/iu;
const SETUP =
  /Folder access|Trust (?:this folder|and continue|all)|Do you trust|allow Codex to work in this folder|Hooks need review|trusting \(hooks|Codex just got an upgrade|Try new model|Use existing model|Meet GPT|Introducing|Update available|Update now|Skip until next version|Sign in with|own OpenAI API key|Yes, continue$|No, quit|Welcome to Codex/iu;

/** A numbered menu where the composer should be. It is still one when its selection mark or its last row is unreadable. */
const isMenu = [{ row: OPTION }];
const menuMarks = [{ row: SELECTED }, { lastRow: KEYS }];
const composerBelow = [{ row: COMPOSER }, { lastRow: FOOTER }];

export const dialogRules: Rules = [
  {
    id: 'plan-menu',
    state: 'question',
    in: 'dialog',
    all: [...isMenu, { text: /Implement this plan\?|implement this plan|stay in Plan mode/iu }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'approval-menu',
    state: 'approval',
    in: 'dialog',
    all: [...isMenu, { text: APPROVAL_OPTIONS }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'question-menu',
    state: 'question',
    in: 'dialog',
    all: [
      ...isMenu,
      { text: /enter to submit (?:answer|all)|tab to add notes|None of the above|Question \d+\/\d+/iu },
    ],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'setup-menu',
    state: 'setup',
    in: 'dialog',
    all: [...isMenu, { text: SETUP }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'approval-title',
    state: 'approval',
    in: 'dialog',
    all: [...isMenu, { text: APPROVAL_TITLE }],
    any: menuMarks,
    none: composerBelow,
  },
  {
    id: 'yes-or-allow-menu',
    state: 'approval',
    in: 'dialog',
    all: [{ row: /^ {0,4}(?:[›>❯] )?1\. (?:Yes|Allow|Approve)\b/u }],
    any: menuMarks,
    none: composerBelow,
  },
  { id: 'menu', state: 'question', in: 'dialog', all: isMenu, any: menuMarks, none: composerBelow },
  {
    // The trust question of 0.45 to 0.80 is taller than 24 rows with its animation: the options are cut off.
    id: 'welcome',
    state: 'setup',
    in: 'dialog',
    any: [
      { row: /^> You are (?:running Codex )?in [~/]/u },
      { row: /^ {0,2}Welcome to Codex/u },
      { row: /^ {0,2}(?:Finish signing in|Signed in with|Press [Ee]nter to continue)/u },
    ],
    none: composerBelow,
  },
];
