import { stripControls } from '../base/text.ts';
import { addBlock, finish, leave, type Menu, type Phase, type Session, startWork, TICK_MS } from './model.ts';
import { runCommand } from './slash.ts';
import type { Input, KeyName } from './terminal.ts';

const ANSWER_MS = 2_000;
const DRAFT_CHARACTERS_MAX = 100_000;

/** A session as it is when the program starts: half of the start-up time nothing shows, then a banner. */
export function startSession(name: string, now: number, startupMs: number): Session {
  const phase: Phase =
    startupMs === 0
      ? { kind: 'ready' }
      : { kind: 'blank', until: now + startupMs / 2, bannerMs: startupMs / 2 };
  return { name, now, phase, draft: '', queue: [], blocks: [], leavesNext: false, leaving: null };
}

/** Lets time pass: start-up goes on, work ends, what was queued is sent. */
export function advance(before: Session, now: number): Session {
  const session = { ...before, now };
  const { phase } = session;
  if (phase.kind === 'blank' && now >= phase.until) {
    return { ...session, phase: { kind: 'banner', until: now + phase.bannerMs } };
  }
  if (phase.kind === 'banner' && now >= phase.until) return { ...session, phase: { kind: 'ready' } };
  if (phase.kind !== 'working') return session;
  const { work } = phase;
  if (work.endsAt !== null && now >= work.endsAt) return sendQueued(finish(session, work.outcome));
  if (work.kind !== 'flooding') return session;
  return { ...session, phase: { kind: 'working', work: { ...work, frames: work.frames + 1 } } };
}

/** When `advance` has something to do next, or null while nothing moves. */
export function nextTickAt({ phase, now }: Session): number | null {
  if (phase.kind === 'blank' || phase.kind === 'banner') return phase.until;
  return phase.kind === 'working' ? now + TICK_MS : null;
}

/** Takes what the terminal sent. What comes during start-up is lost, as it is with many CLIs. */
export function receive(before: Session, input: Input, now: number): Session {
  const session = { ...before, now };
  if (input.kind === 'key' && input.key === 'ctrl-z') return { ...session, leaving: { how: 'suspend' } };
  switch (session.phase.kind) {
    case 'blank':
    case 'banner':
      return input.kind === 'key' && input.key === 'ctrl-c' ? leave(session, 0) : session;
    case 'menu':
      return answerMenu(session, session.phase.menu, input);
    default:
      return edit(session, input);
  }
}

function edit(session: Session, input: Input): Session {
  if (input.kind === 'key') return pressKey({ ...session, leavesNext: false }, input.key, session.leavesNext);
  return insert({ ...session, leavesNext: false }, input.text);
}

function insert(session: Session, text: string): Session {
  const clean = text.replaceAll('\t', '    ').split('\n').map(stripControls).join('\n');
  return { ...session, draft: (session.draft + clean).slice(0, DRAFT_CHARACTERS_MAX) };
}

function pressKey(session: Session, key: KeyName, leavesNext: boolean): Session {
  const { draft, phase } = session;
  switch (key) {
    case 'enter':
      return submit(session);
    case 'newline':
      return insert(session, '\n');
    case 'backspace':
      return { ...session, draft: Array.from(draft).slice(0, -1).join('') };
    case 'ctrl-u':
      return { ...session, draft: '' };
    case 'escape':
      return phase.kind === 'working' ? interrupt(session) : session;
    case 'ctrl-c':
      if (draft !== '') return { ...session, draft: '' };
      if (phase.kind === 'working') return interrupt(session);
      return leavesNext ? leave(session, 0) : { ...session, leavesNext: true };
    case 'ctrl-d':
      return draft === '' ? leave(session, 0) : session;
    default:
      return session;
  }
}

function interrupt(session: Session): Session {
  return sendQueued(finish(session, { kind: 'answer', lines: ['Interrupted.'] }));
}

function submit(session: Session): Session {
  const text = session.draft.trim();
  if (text === '') return session;
  const emptied = { ...session, draft: '' };
  if (session.phase.kind === 'working') return { ...emptied, queue: [...session.queue, text] };
  return send(emptied, text);
}

function sendQueued(session: Session): Session {
  const [next, ...queue] = session.queue;
  return next === undefined ? session : send({ ...session, queue }, next);
}

function send(session: Session, text: string): Session {
  const said = addBlock(session, { kind: 'said', lines: text.split('\n') });
  if (text.startsWith('/')) return runCommand(said, text);
  const first = text.split('\n', 1)[0] ?? '';
  return startWork(said, 'busy', ANSWER_MS, `This is where an answer would stand to: ${first.slice(0, 60)}`);
}

/** Text other than a digit goes nowhere, and Enter takes the option that stands out: just as with the real ones. */
function answerMenu(session: Session, menu: Menu, input: Input): Session {
  if (input.kind === 'paste') return session;
  if (input.kind === 'text') {
    const chosen = Number(input.text) - 1;
    return menu.options[chosen] === undefined ? session : choose(session, menu, chosen);
  }
  if (input.key === 'enter') return choose(session, menu, menu.selected);
  if (input.key === 'escape' || input.key === 'ctrl-c') return choose(session, menu, menu.options.length - 1);
  const step = input.key === 'up' ? -1 : input.key === 'down' ? 1 : 0;
  const selected = Math.min(Math.max(menu.selected + step, 0), menu.options.length - 1);
  return { ...session, phase: { kind: 'menu', menu: { ...menu, selected } } };
}

/** The last option of every menu is the one that refuses. */
function choose(session: Session, menu: Menu, option: number): Session {
  const refused = option === menu.options.length - 1;
  if (menu.purpose === 'setup') {
    return refused
      ? leave(session, 1)
      : finish(session, { kind: 'answer', lines: ['This folder is trusted.'] });
  }
  if (refused) return finish(session, { kind: 'answer', lines: ['As you wish: nothing was done.'] });
  const words =
    menu.purpose === 'approval' ? `Ran ${menu.detail}` : `Going with: ${menu.options[option] ?? ''}`;
  return startWork(session, 'busy', ANSWER_MS, words);
}
