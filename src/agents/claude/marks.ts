/*
 * The glyphs and phrases by which the parts of Claude Code's screen are known.
 */

/** The edge of the prompt box: a rule over the whole width, or (1.x) a frame. 2.1 writes a session's name into the rule. */
export const EDGE = /^(?:─{8}.*─|[╭╰]─{8}.*[╮╯])$/u;

/** The row behind the box's upper edge. `!`, `#` and `&` stand for the prompt in shell, memory and background mode. */
export const PROMPT = /^(?:│ ?)?[❯>!#&](?: |$)/u;

/** `·✢✳✶✻✽*` turn while a turn runs, `∴` stands before thoughts that still grow. The finished line has neither `…` nor a bracket. */
export const SPINNER = /^[·✢✳✶✻✽✺*∗∴] \S(?:.*…|[^(]*\((?:esc to|\d+[hms]))/u;

/** The same with a still dot for it (reduced motion), or with no glyph that we know. */
export const COUNTER =
  /^(?:[^\p{L}\p{N}\s]? )?\p{Lu}[\p{L}'-]+(?: [\p{L}'-]+){0,5}… ?\((?:esc to interrupt|(?:\d+[hms] ?)+(?:·|\)))/u;

export const BARE = /^ \p{Lu}[\p{L}'-]+… ?(?:\(|$)/u;
export const HINT = /\p{Lu}[\p{L}'-]+… (?:\([^)]*\) )?⎿ ?(?:Tip|Next): [^⎿●⏺]*$/u;

/** 1.x keeps thoughts under this line, which is no spinner then. */
export const THOUGHTS = /^[✻∴] Thinking… (?![⎿❯>])\S/u;

/** The selected line of a menu: `❯ 1. Yes`, in a frame, or indented and without number. */
export const MENU = /^(?:[│ ]+❯ \S|❯ \d+\. )/u;

/** When a limit ends: `10:49pm`, `3pm (Europe/Berlin)`, `Nov 25, 8:21pm (UTC)`. */
export const RESET =
  /(?:\bresets?(?: at| on)?:?|automatically at) ((?:\p{Lu}\p{L}{2,8},? )?(?:\d{1,2},? (?:at )?)?\d{1,2}(?::\d{2})? ?[ap]m(?: \([^)]+\))?)/iu;

/** The words of a reached limit; not of a warning (`Approaching usage limit`, `You've used 93% of your weekly limit`). */
export const LIMIT =
  /hit your .*\blimit\b|reached your .*\blimit\b|limit reached|(?<!(?:used|approaching|close to) .{0,40})\blimit resets\b|\bcap reached\b|out of (?:extra )?usage|limit will reset at|continu(?:e|ing) automatically at/iu;

/** The same on the line that answers a message; what the message itself says does not count. */
export const LIMIT_LINE = new RegExp(
  `⎿ [^⎿]{0,60}?(?:${LIMIT.source}|\\bresets? (?:at )?(?:\\p{Lu}\\p{L}{2} )?\\d|/upgrade to increase)`,
  'iu',
);

export const LIMIT_MENU =
  /(?:Stop and wait for|wait for) limit to reset|Wait here, then continue automatically|rate-limit-options.*What do you want to do\?|What do you want to do\?.*Upgrade your plan/u;

/** Ends of a dialog's last lines. */
export const QUESTION_KEYS = /Enter to select\b|Tab\/Arrow keys to navigate|↑\/↓ to navigate/u;
export const APPROVAL_KEYS = /Tab to (?:amend|add additional)|ctrl\+e to explain/u;

export const SETUP =
  /Accessing workspace:|Quick safety check|Do you trust the files in this|Yes, I trust this folder|trust this (?:folder|project|workspace)\?|Claude Code(?:'ll| will| may) (?:be able to )?read, (?:edit|write)|Choose the text style|Let's get started\.|To change this later, run \/theme|Syntax theme: |Security notes:|only use it with code you trust|Press Enter to continue|Select login method|Paste code here if prompted|Login successful|Browser didn't open|terminal setup\?|running in Bypass Permissions mode|Detected a custom API key|Do you want to use this API key|MCP servers? found in|MCP servers may execute code|Use this (?:and all future )?MCP server|Allow external CLAUDE\.md|Unable to connect to Anthropic/u;

export const PLAN =
  /Exit plan mode\?|wants to (?:exit|enter) plan mode|Enter plan mode\?|Ready to code\?|written up a plan|Here is Claude's plan:|Yes, (?:and )?manually approve edits|No, keep planning|Tell Claude what to change|Ready to submit your answers|Review your answers|Chat about this|Type something\b/u;

export const APPROVAL =
  /Do you want to \p{L}+|This command requires approval|Yes, (?:and )?(?:don['’]t ask again|allow|always allow|and switch to accept edits|during this session)|No, and tell Claude what to do differently|Claude (?:wants|needs your permission) to (?:use|fetch|search|read|edit|write|run)|wants to (?:fetch content|search the web)/u;

export const ANY_DIALOG =
  /Enter to (?:confirm|continue|submit|select|set|apply)\b|\b[Ee]sc to (?:cancel|exit|close|go back|skip)\b|Tab to (?:amend|toggle)\b/u;

/** What 2.1.330 offers in the box after a turn that failed. */
export const AFTER_ERROR =
  /^(?:│ ?)?[❯>] (?:Once fixed, resend your message|Resend your message to try again)/u;

export const ERROR_ROW =
  /^\s*⎿\s+(?:API Error\b|Credit balance (?:is )?too low|Prompt is too long|Context low ·|Not logged in|Please run \/login|Invalid API key|OAuth (?:token|authentication|session)|Context limit reached|Request timed out|Unable to connect|Login (?:expired|interrupted)|Your (?:account|organization) (?:does|has|is)|Failed to authenticate|There's an issue with the selected model)/u;

/** A message with nothing below it, or an answer's line below something that gets none. */
export const UNANSWERED = /^[❯>] \S(?:(?! ⎿ ).)*$|^(?:[·✢✳✶✻✽*] |╰).*⎿/u;

export const EMPTY = /^(?:│ ?)?[❯>](?: ?│)?$/u;

/** Any written character in the box beside its own glyphs. */
export const WRITTEN = /[^\s│❯>]/u;
