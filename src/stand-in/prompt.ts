import { addBlock, finish, leave, type Session, startWork, tell } from './model.ts';
import { markFor } from './prompt-kind.ts';
import { isCommand, runCommand } from './slash.ts';
import type { Input, KeyName } from './terminal.ts';

const DRAFT_CHARACTERS_MAX = 100_000;

/** Takes what comes while the prompt is there. */
export function edit(session: Session, input: Input): Session {
  const next = { ...session, leavesNext: false };
  if (input.kind === 'key') return pressKey(next, input.key, session.leavesNext);
  return input.kind === 'paste' ? paste(next, input.text) : insert(next, input.text);
}

/** Adds text to the prompt as it came in: what is drawn is cleaned, what is logged is not. */
export function insert(session: Session, text: string): Session {
  return {
    ...session,
    draft: (session.draft + text).slice(0, DRAFT_CHARACTERS_MAX),
    textAt: session.now,
  };
}

/** Sends the first of what was queued, if anything was. */
export function sendQueued(session: Session): Session {
  const [next, ...queue] = session.queue;
  return next === undefined ? session : send({ ...session, queue }, next);
}

function paste(session: Session, text: string): Session {
  const { kind, onPaste, pasteFaultMs } = session.behaviour;
  const shown = markFor(kind, text, session.pastes.length + 1);
  const pasted =
    shown === null
      ? insert(session, text)
      : { ...insert(session, shown), pastes: [...session.pastes, { shown, text }] };
  return onPaste === null ? pasted : { ...pasted, faultAt: session.now + pasteFaultMs };
}

function pressKey(session: Session, key: KeyName, leavesNext: boolean): Session {
  const { draft, phase } = session;
  switch (key) {
    case 'enter':
      return pressEnter(session);
    case 'newline':
      return insert(session, '\n');
    case 'backspace':
      return { ...session, draft: Array.from(draft).slice(0, -1).join('') };
    case 'ctrl-u':
      return empty(session);
    case 'escape':
      return phase.kind === 'working' ? interrupt(session) : session;
    case 'ctrl-c':
      if (draft !== '') return empty(session);
      if (phase.kind === 'working') return interrupt(session);
      return leavesNext ? leave(session, 0) : { ...session, leavesNext: true };
    case 'ctrl-d':
      return draft === '' ? leave(session, 0) : session;
    default:
      return session;
  }
}

function empty(session: Session): Session {
  return { ...session, draft: '', pastes: [], faultAt: null };
}

function interrupt(session: Session): Session {
  return sendQueued(finish(session, { kind: 'answer', lines: ['Interrupted.'] }));
}

function pressEnter(session: Session): Session {
  const { now, textAt, behaviour, swallowed } = session;
  if (session.draft.trim() === '') return session;
  if (swallowed < behaviour.swallowEnters) return { ...session, swallowed: swallowed + 1 };
  const isTooSoon = textAt !== null && now - textAt < behaviour.enterNewlineMs;
  return isTooSoon ? { ...session, draft: `${session.draft}\n` } : submit(session);
}

function submit(session: Session): Session {
  const { kind } = session.behaviour;
  const whole = session.pastes.reduce(
    (left, { shown, text }) => left.replace(shown, () => text),
    session.draft,
  );
  const text = kind.trimsStart ? whole.trim() : whole.trimEnd();
  if (text.startsWith('/') && kind.unknownSlash === 'stays' && !isCommand(text)) {
    const told = tell(session, { event: 'command', text });
    return addBlock(told, { kind: 'error', lines: [`Unrecognized command ${text.slice(0, 60)}`] });
  }
  const emptied = empty(session);
  if (session.phase.kind !== 'working') return send(tellSubmit(emptied, text, 'sent'), text);
  if (kind.whileBusy === 'queues') {
    return { ...tellSubmit(emptied, text, 'queued'), queue: [...session.queue, text] };
  }
  return addBlock(tellSubmit(emptied, text, 'steered'), { kind: 'said', lines: text.split('\n') });
}

function tellSubmit(session: Session, text: string, how: 'sent' | 'queued' | 'steered'): Session {
  return tell(session, { event: eventOf(session, text), text, how });
}

function eventOf({ behaviour }: Session, text: string): 'submit' | 'command' | 'shell' {
  if (behaviour.kind.runsBang && text.startsWith('!')) return 'shell';
  if (!text.startsWith('/')) return 'submit';
  return behaviour.kind.unknownSlash === 'sent' && !isCommand(text) ? 'submit' : 'command';
}

function send(session: Session, text: string): Session {
  const said = addBlock(session, { kind: 'said', lines: text.split('\n') });
  const event = eventOf(session, text);
  if (event === 'command') return runCommand(said, text);
  const first = text.split('\n', 1)[0] ?? '';
  const words =
    event === 'shell'
      ? `A real one would have run ${first.slice(1, 60)} in a shell.`
      : `This is where an answer would stand to: ${first.slice(0, 60)}`;
  return startWork(said, 'busy', session.behaviour.answerMs, words);
}
