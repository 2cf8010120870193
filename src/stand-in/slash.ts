import { finish, leave, type Menu, RETRY_MS, type Session, startWork } from './model.ts';

interface SlashCommand {
  usage: string;
  run: (session: Session, argument: string) => Session;
}

const SECONDS_MAX = 86_400;

/** What makes the stand-in behave on request, by name. */
const COMMANDS: ReadonlyMap<string, SlashCommand> = new Map<string, SlashCommand>([
  ['/busy', { usage: 'SECONDS', run: (session, argument) => work(session, 'busy', argument) }],
  [
    '/ask',
    { usage: '[COMMAND]', run: (session, argument) => open(session, approval(argument || 'npm test')) },
  ],
  ['/question', { usage: '', run: (session) => open(session, QUESTION) }],
  ['/setup', { usage: '', run: (session) => open(session, SETUP) }],
  ['/limit', { usage: 'RESET | +MINUTES', run: showLimit }],
  ['/error', { usage: '[TEXT]', run: showError }],
  ['/retry', { usage: 'TIMES', run: retry }],
  ['/compact', { usage: '[SECONDS]', run: (session, argument) => work(session, 'compacting', argument) }],
  ['/hang', { usage: '', run: (session) => startWork(session, 'hung', null, '') }],
  ['/flood', { usage: 'SECONDS', run: (session, argument) => work(session, 'flooding', argument) }],
  ['/quote', { usage: '', run: quote }],
  ['/crash', { usage: '[CODE]', run: crash }],
  ['/exit', { usage: '', run: (session) => leave(session, 0) }],
  ['/help', { usage: '', run: help }],
]);

/** Whether a line that starts with a slash names one of the commands. */
export function isCommand(line: string): boolean {
  return COMMANDS.has(line.split(/\s+/u)[0] ?? '');
}

/** Runs a line that starts with a slash. */
export function runCommand(session: Session, line: string): Session {
  const [name = '', ...words] = line.split(/\s+/u);
  const command = COMMANDS.get(name);
  return command === undefined
    ? answer(session, `Unknown command ${name}; see /help`)
    : command.run(session, words.join(' '));
}

function answer(session: Session, ...lines: string[]): Session {
  return finish(session, { kind: 'answer', lines });
}

const DONE = { busy: 'Done.', compacting: 'The conversation is compacted.', flooding: 'The flood is over.' };

function work(session: Session, kind: keyof typeof DONE, argument: string): Session {
  return startWork(session, kind, readNumber(argument, 3) * 1000, DONE[kind]);
}

/** A positive number as typed, or the default. */
function readNumber(argument: string, otherwise: number): number {
  const number = Number(argument);
  return number > 0 && number <= SECONDS_MAX ? number : otherwise;
}

function open(session: Session, menu: Menu): Session {
  return { ...session, phase: { kind: 'menu', menu } };
}

/** The dialog that asks leave to run a command. */
export function approval(command: string): Menu {
  const heading = 'Do you want to run this command?';
  const options = ['Yes', 'Yes, and do not ask again for this command', 'No'];
  return { purpose: 'approval', heading, detail: command, options, selected: 0 };
}

const QUESTION: Menu = {
  purpose: 'question',
  heading: 'Which way shall I go?',
  detail: 'Both keep the tests green.',
  options: ['The small change', 'The thorough change', 'Neither'],
  selected: 0,
};

/** The option that stands out first refuses: an Enter sent blindly must not trust anything. */
const SETUP: Menu = {
  purpose: 'setup',
  heading: 'Do you trust the files in this folder?',
  detail: 'Programs in it may run with your rights.',
  options: ['Yes, I trust this folder', 'No, exit'],
  selected: 1,
};

function showLimit(session: Session, argument: string): Session {
  const reset = /^\+\d{1,4}$/u.test(argument)
    ? clockTime(session.now + Number(argument) * 60_000)
    : argument || clockTime(session.now + 3_600_000);
  return finish(session, { kind: 'limit', lines: [`Usage limit reached · resets ${reset}`] });
}

function clockTime(at: number): string {
  const date = new Date(at);
  const hours = date.getHours();
  const minutes = String(date.getMinutes()).padStart(2, '0');
  return `${hours % 12 === 0 ? 12 : hours % 12}:${minutes}${hours < 12 ? 'am' : 'pm'}`;
}

function showError(session: Session, argument: string): Session {
  return finish(session, { kind: 'error', lines: [`API error: ${argument || '500 internal server error'}`] });
}

function retry(session: Session, argument: string): Session {
  const times = Math.min(Math.round(readNumber(argument, 3)), 100);
  return startWork(session, 'retrying', times * RETRY_MS, `The ${times}. attempt succeeded.`);
}

function crash(session: Session, argument: string): Session {
  const code = /^\d{1,3}$/u.test(argument) ? Math.min(Number(argument), 255) : null;
  return { ...session, leaving: { how: 'crash', code } };
}

/** What a transcript looks like that only talks of dialogs and limits. */
function quote(session: Session): Session {
  return answer(
    session,
    'The other agent shows this:',
    '─'.repeat(40),
    ' Do you want to run this command?',
    '',
    '   rm -r build',
    '',
    '» 1. Yes',
    '  2. No',
    ' Enter to select · ↑/↓ to move · Esc to refuse',
    '',
    '■ Usage limit reached · resets 3pm',
    '✗ API error: 500 internal server error',
    '◐ Working… (3s · esc to interrupt)',
  );
}

function help(session: Session): Session {
  return answer(
    session,
    'Commands:',
    ...[...COMMANDS].map(([name, { usage }]) => `  ${name} ${usage}`.trimEnd()),
  );
}
