import { maySendAnyway } from './delivery-gate.ts';
import type { SubmitEvidence, WaitReason } from './message.ts';
import type { Profile } from './profile.ts';
import { comparePrompt } from './prompt-text.ts';
import { type AgentState, isDialog } from './state.ts';

/**
 * Where a text of ours is, by what its recipient's prompt shows. `stands`: all of it, and nothing else. `partly`: a part of it, which may
 * still be arriving. `touched`: with something else. `gone`: not in the prompt. `hidden`: there is no prompt to be seen.
 */
export type Standing = 'gone' | 'stands' | 'partly' | 'touched' | 'hidden';

/** So many characters of ours at the end of a prompt are no accident. */
const TAIL_CHARACTERS = 20;

/** `shown`: what `readPrompt` gave; a placeholder may be among it, which is not ours and so does not matter here. */
export function judgeStanding(
  shown: string | null,
  ours: { id: string; rendered: string },
  profile: Profile,
): Standing {
  if (shown === null) return 'hidden';
  const content = comparePrompt(shown, ours.rendered, profile);
  if (content === 'empty') return 'gone';
  if (content === 'ours') return 'stands';
  if (content === 'ours-partly') return 'partly';
  return holdsOurs(shown, ours, profile) ? 'touched' : 'gone';
}

function holdsOurs(
  shown: string,
  { id, rendered }: { id: string; rendered: string },
  profile: Profile,
): boolean {
  const found = squeeze(shown);
  const tail = squeeze(rendered).slice(-TAIL_CHARACTERS);
  const marks = profile.delivery?.pastedMarks ?? [];
  return found.includes(id) || found.includes(tail) || marks.some((mark) => mark.test(shown));
}

function squeeze(text: string): string {
  return text.replace(/\s+/gu, '');
}

/** What one look at a recipient told about a message under way. Times in milliseconds. */
export interface StepFacts {
  standing: Standing;
  state: AgentState;
  /** The message's id stands on the screen outside of the prompt. */
  inConversation: boolean;
  /** The CLI's own record of the conversation holds it. */
  inRecord: boolean;
  /** It may be sent while the agent works. */
  mayQueue: boolean;
  /** It tells the agent to go on after a usage limit or a fault. */
  continues: boolean;
}

export type Decision =
  | { do: 'look' | 'paste' | 'enter' }
  | { do: 'submitted'; evidence: SubmitEvidence }
  | { do: 'wait'; reason: WaitReason; detail: string }
  | { do: 'lost'; detail: string };

/** States that pass by themselves while a CLI draws. */
const PASSING: ReadonlySet<AgentState> = new Set(['idle', 'draft', 'busy', 'unknown', 'starting']);
/** States in which the process that held the prompt takes no more input. */
const OVER: ReadonlySet<AgentState> = new Set(['dead', 'exited', 'suspended']);
/** States that only a submitted text leads to from rest, as long as the emptied prompt is to be seen. */
const AFTER_SUBMISSION: ReadonlySet<AgentState> = new Set([
  'busy',
  'retrying',
  'compacting',
  'limited',
  'error',
]);

/** What follows a paste: Enter only where all of the text stands in what is still a prompt. */
export function decideAfterPaste(facts: StepFacts, sincePasteMs: number, limitMs: number): Decision {
  const { state, standing } = facts;
  if (standing === 'stands' && isPrompt(facts)) return { do: 'enter' };
  if (!PASSING.has(state) && !maySendAnyway(facts))
    return wait(state, 'came up after the text was pasted; Enter was not pressed');
  const arrival = findArrival(facts);
  if (arrival !== null && standing === 'gone') return { do: 'submitted', evidence: arrival };
  if (sincePasteMs < limitMs) return { do: 'look' };
  if (standing === 'touched' || standing === 'partly') {
    return {
      do: 'wait',
      reason: 'draft',
      detail: 'something else stands in the prompt beside the text; Enter was not pressed',
    };
  }
  if (standing === 'stands') return wait(state, 'while the text stands in the prompt; Enter was not pressed');
  return { do: 'wait', reason: 'unknown', detail: 'the pasted text does not show in the prompt' };
}

function isPrompt(facts: StepFacts): boolean {
  const { state, mayQueue } = facts;
  return state === 'draft' || (state === 'busy' && mayQueue) || maySendAnyway(facts);
}

/** After `idle` comes `draft` in words for people: a prompt with a text in it that is read as empty is not understood. */
function wait(state: AgentState, detail: string): Decision {
  const reason = state === 'idle' ? 'unknown' : state;
  return { do: 'wait', reason, detail: `${reason} ${detail}` };
}

/** Evidence that needs no comparison with what was before. */
function findArrival({ inRecord, inConversation }: StepFacts): 'native' | 'screen' | null {
  if (inRecord) return 'native';
  return inConversation ? 'screen' : null;
}

export interface ConfirmTimes {
  sinceEnterMs: number;
  /** A text that stands there for so long after Enter was not taken. */
  takenMs: number;
  limitMs: number;
}

/** What follows an Enter. One that was not taken is repeated, by the caller's count; what cannot be told is never repeated. */
export function decideAfterEnter(
  facts: StepFacts,
  before: AgentState,
  { sinceEnterMs, takenMs, limitMs }: ConfirmTimes,
): Decision {
  const { standing, state, inRecord } = facts;
  if (inRecord) return { do: 'submitted', evidence: 'native' };
  if (standing === 'gone' || standing === 'hidden') {
    const evidence = readScreenEvidence(facts, before);
    if (evidence !== null) return { do: 'submitted', evidence };
    if (OVER.has(state)) return lost(`the agent is ${state}`);
  }
  if (sinceEnterMs >= takenMs && standing === 'stands') {
    if (isPrompt(facts)) return { do: 'enter' };
    if (sinceEnterMs >= limitMs)
      return wait(state, 'while the text still stands in the prompt; Enter was not taken');
  }
  if (sinceEnterMs < limitMs) return OVER.has(state) ? lost(`the agent is ${state}`) : { do: 'look' };
  if (standing === 'touched' || standing === 'partly') {
    return {
      do: 'wait',
      reason: 'draft',
      detail: 'the text still stands in the prompt, with something else; nothing more was pressed',
    };
  }
  if (standing === 'hidden' && isDialog(state)) return wait(state, 'hides what became of the text');
  return lost(
    standing === 'hidden' ? `a screen without a prompt followed (${state})` : 'the prompt is empty',
  );
}

function readScreenEvidence(
  { standing, state, inConversation }: StepFacts,
  before: AgentState,
): SubmitEvidence | null {
  if (OVER.has(state)) return null;
  if (standing === 'hidden') {
    // A dialog that the turn led to, above it what was said.
    return inConversation && (state === 'approval' || state === 'question') ? 'screen' : null;
  }
  if (state !== before && AFTER_SUBMISSION.has(state)) return 'state';
  return inConversation ? 'screen' : null;
}

function lost(what: string): Decision {
  return { do: 'lost', detail: `Enter was pressed and ${what}, but nothing shows that the text was taken` };
}

export interface ResumeFacts extends StepFacts {
  step: 'paste' | 'enter';
  /** A person typed into this pane after the text was pasted, or may have. */
  personWasThere: boolean;
}

/**
 * Where a delivery goes on that was broken off, by a crash or by something that came in between. What was never followed by an Enter of
 * ours is pasted again only where nobody else can have sent it.
 */
export function decideResumption(facts: ResumeFacts): Decision {
  const { standing, step, state, personWasThere } = facts;
  const arrival = standing === 'gone' || facts.inRecord ? findArrival(facts) : null;
  if (arrival !== null) return { do: 'submitted', evidence: arrival };
  if (standing === 'stands') return { do: 'enter' };
  if (standing === 'touched' || standing === 'partly') {
    return { do: 'wait', reason: 'draft', detail: 'something else stands in the prompt beside the text' };
  }
  if (step === 'enter') {
    if (standing === 'hidden' && !OVER.has(state)) return wait(state, 'hides what became of the text');
    return lost(standing === 'hidden' ? `the agent is ${state}` : 'the prompt is empty');
  }
  if (standing === 'hidden') return OVER.has(state) ? { do: 'paste' } : wait(state, 'hides the prompt');
  if (!personWasThere) return { do: 'paste' };
  return {
    do: 'lost',
    detail:
      'the text was pasted, and while a person was at the keyboard it went from the prompt: sent or erased',
  };
}
