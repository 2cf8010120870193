/**
 * How Codex draws: messages begin with a mark in column 0 and go on two columns further right, so that what an agent quotes
 * never stands in column 0. Below them come the status line, queued messages, the composer (`› `), a blank row and the footer.
 * A dialog takes the composer's place; its options are numbered and the selected one carries the same `›`.
 */
export const COMPOSER = /^ {0,2}›(?! \d+\. )(?: |$)/u;
/** What ends a dialog: the keys that answer it. */
export const KEYS = /\benter\b|(?<!\besc )\besc\b(?! (?:again|esc)\b)/iu;

/** The footer of the composer: model and directory (0.115 and later), what is left of the context (0.50 to 0.115), or hints. */
export const FOOTER =
  /^ *~?\/\S| · (?:~|\/\S)|\d+% (?:context )?left|for shortcuts|to queue message|\bagain to (?:edit|quit|exit|interrupt)/u;
