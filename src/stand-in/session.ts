import {
  type Behaviour,
  finish,
  leave,
  type Menu,
  type Phase,
  PLAIN_BEHAVIOUR,
  type Session,
  startWork,
  TICK_MS,
  tell,
} from './model.ts';
import { edit, insert, sendQueued } from './prompt.ts';
import { approval } from './slash.ts';
import type { Input } from './terminal.ts';

/** A session as it is when the program starts: half of the start-up time nothing shows, then a banner. */
export function startSession(
  name: string,
  now: number,
  startupMs: number,
  behaviour: Behaviour = PLAIN_BEHAVIOUR,
): Session {
  const phase: Phase =
    startupMs === 0
      ? { kind: 'ready' }
      : { kind: 'blank', until: now + startupMs / 2, bannerMs: startupMs / 2 };
  return {
    ...{ name, now, phase, behaviour, draft: '', pastes: [], textAt: null, swallowed: 0, faultAt: null },
    ...{ log: [], queue: [], blocks: [], leavesNext: false, leaving: null },
  };
}

/** Lets time pass: start-up goes on, work ends, what was queued is sent, a fault strikes. */
export function advance(before: Session, now: number): Session {
  const session = { ...before, now };
  const { phase, faultAt } = session;
  if (faultAt !== null && now >= faultAt) return fail(session);
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

/** The text stays in the prompt, behind the dialog or on the screen that a killed process leaves. */
function fail(session: Session): Session {
  const { onPaste } = session.behaviour;
  if (onPaste === 'die') return { ...session, leaving: { how: 'crash', code: null } };
  return { ...session, faultAt: null, phase: { kind: 'menu', menu: approval('npm test') } };
}

/** When `advance` has something to do next, or null while nothing moves. */
export function nextTickAt({ phase, now, faultAt }: Session): number | null {
  if (phase.kind === 'blank' || phase.kind === 'banner') return phase.until;
  const tickAt = phase.kind === 'working' ? now + TICK_MS : null;
  return faultAt === null || tickAt === null ? (faultAt ?? tickAt) : Math.min(faultAt, tickAt);
}

/** Takes what the terminal sent, and lets a fault strike that is due at once. */
export function receive(before: Session, input: Input, now: number): Session {
  const session = take({ ...before, now }, input);
  return session.faultAt !== null && now >= session.faultAt ? fail(session) : session;
}

function take(session: Session, input: Input): Session {
  if (input.kind === 'key' && input.key === 'ctrl-z') return { ...session, leaving: { how: 'suspend' } };
  switch (session.phase.kind) {
    case 'blank':
    case 'banner':
      return takeEarly(session, input);
    case 'menu':
      return answerMenu(session, session.phase.menu, input);
    default:
      return edit(session, input);
  }
}

/** What comes during start-up is lost, as it is with many CLIs; some keep the text, none the Enter. */
function takeEarly(session: Session, input: Input): Session {
  if (input.kind === 'key') return input.key === 'ctrl-c' ? leave(session, 0) : session;
  return session.behaviour.kind.keepsEarlyText ? insert(session, input.text) : session;
}

function answerMenu(session: Session, menu: Menu, input: Input): Session {
  const chosen = chooseBy(menu, input);
  const chose = chosen === null ? null : (menu.options[chosen] ?? null);
  const told = tell(session, { event: 'dialog', purpose: menu.purpose, input, chose });
  if (chosen !== null) return choose(told, menu, chosen);
  const step = input.kind !== 'key' ? 0 : input.key === 'up' ? -1 : input.key === 'down' ? 1 : 0;
  const selected = Math.min(Math.max(menu.selected + step, 0), menu.options.length - 1);
  return { ...told, phase: { kind: 'menu', menu: { ...menu, selected } } };
}

/** Text other than a digit goes nowhere, and Enter takes the option that stands out: just as with the real ones. */
function chooseBy({ options, selected }: Menu, input: Input): number | null {
  if (input.kind === 'paste') return null;
  if (input.kind === 'text')
    return options[Number(input.text) - 1] === undefined ? null : Number(input.text) - 1;
  if (input.key === 'enter') return selected;
  return input.key === 'escape' || input.key === 'ctrl-c' ? options.length - 1 : null;
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
  return startWork(session, 'busy', session.behaviour.answerMs, words);
}
