import type { ProfileInput } from '../../model/profile.ts';

type Dialogs = NonNullable<ProfileInput['dialogs']>;

export const choiceRegions: NonNullable<ProfileInput['regions']> = {
  /** The panel without the side bar, whose last row names the version. */
  choice: { within: 'panel', widthOf: /^ {0,3}┃ {60,}(?=• OpenCode [\d.]+$)/u },
};

/** Keys in the row below the options, or right of them. */
const KEYS = /^(?:ctrl\+f fullscreen\b|⇆ |↑↓ select\b|enter (?:confirm|submit)\b)/u;

/** Buttons beside each other: the selected one stands dark on a bright ground, the others are gray. Only the known ones all together. */
const buttons = {
  in: 'choice',
  states: ['approval' as const],
  inRow: true,
  selectedBy: 'colour' as const,
  below: KEYS,
  back: 'Left' as const,
  on: 'Right' as const,
};

export const dialogs: Dialogs = [
  {
    ...buttons,
    id: 'leave',
    option:
      /(?<=^ {0,3}┃ {3}(?=Allow once {3}Allow always {3}Reject(?: {2}|$)).*)(?<label>(?<mark>Allow once|Allow always|Reject))(?= {2}|$)/u,
    approve: /^Allow once$/u,
    deny: /^Reject$/u,
  },
  {
    // Asks again whether it should be always; both lead away from the first question without an answer for this once.
    ...buttons,
    id: 'always',
    option: /(?<=^ {0,3}┃ {3}(?=Confirm {3}Cancel(?: {2}|$)).*)(?<label>(?<mark>Confirm|Cancel))(?= {2}|$)/u,
  },
  {
    // The selected number is coloured, the others are gray. A side bar may stand further right.
    id: 'question',
    in: 'choice',
    states: ['question'],
    option: /^ {0,3}┃ {2}(?<mark>(?<number>\d+)\.) (?<label>\S.*?)(?= {3}|$)/u,
    selectedBy: 'colour',
    below: KEYS,
    unless: /\benter toggle\b|^\d+\. \[.\] /u,
  },
];
