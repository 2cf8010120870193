import { describe, expect, it } from 'vitest';
import {
  decideAfterEnter,
  decideAfterPaste,
  decideResumption,
  type ResumeFacts,
  type Standing,
  type StepFacts,
} from '../../src/model/delivery-step.ts';
import { AGENT_STATES, type AgentState } from '../../src/model/state.ts';

const STANDINGS: readonly Standing[] = ['gone', 'stands', 'partly', 'touched', 'hidden'];
const LIMIT = 3_000;

function facts(change: Partial<StepFacts> = {}): StepFacts {
  return {
    standing: 'stands',
    state: 'draft',
    inConversation: false,
    inRecord: false,
    mayQueue: false,
    continues: false,
    ...change,
  };
}

function resume(change: Partial<ResumeFacts> = {}): ResumeFacts {
  return { ...facts(), step: 'paste', personWasThere: false, ...change };
}

function afterEnter(change: Partial<StepFacts>, sinceEnterMs = 100, before: AgentState = 'idle') {
  return decideAfterEnter(facts(change), before, { sinceEnterMs, takenMs: 700, limitMs: 6_000 });
}

describe('after a paste', () => {
  it('presses Enter in one of all states and standings: where the whole text stands in a prompt', () => {
    const pressed = AGENT_STATES.flatMap((state) =>
      STANDINGS.filter(
        (standing) => decideAfterPaste(facts({ state, standing }), 0, LIMIT).do === 'enter',
      ).map((standing) => `${state} ${standing}`),
    );
    expect(pressed).toEqual(['draft stands']);
  });

  it('presses Enter while it works only for who may queue', () => {
    expect(decideAfterPaste(facts({ state: 'busy', mayQueue: true }), 0, LIMIT)).toEqual({ do: 'enter' });
    expect(decideAfterPaste(facts({ state: 'busy' }), LIMIT, LIMIT)).toMatchObject({
      do: 'wait',
      reason: 'busy',
    });
  });

  it('presses Enter under a limit or a fault only for the word to go on, and only where it stands alone', () => {
    const pressed = AGENT_STATES.flatMap((state) =>
      STANDINGS.filter(
        (standing) => decideAfterPaste(facts({ state, standing, continues: true }), 0, LIMIT).do === 'enter',
      ).map((standing) => `${state} ${standing}`),
    );
    expect(pressed).toEqual(['draft stands', 'limited stands', 'error stands']);
  });

  it('gives way at once to a dialog, a limit and the end of the process', () => {
    for (const state of [
      'approval',
      'question',
      'setup',
      'limited',
      'error',
      'dead',
      'exited',
      'suspended',
    ] as const) {
      for (const standing of STANDINGS) {
        expect(decideAfterPaste(facts({ state, standing }), 0, LIMIT)).toMatchObject({
          do: 'wait',
          reason: state,
        });
      }
    }
  });

  it('looks on until the limit, then waits for what stands in the way', () => {
    expect(decideAfterPaste(facts({ standing: 'touched' }), LIMIT - 1, LIMIT)).toEqual({ do: 'look' });
    expect(decideAfterPaste(facts({ standing: 'touched' }), LIMIT, LIMIT)).toMatchObject({ reason: 'draft' });
    expect(decideAfterPaste(facts({ standing: 'partly' }), LIMIT, LIMIT)).toMatchObject({ reason: 'draft' });
    expect(decideAfterPaste(facts({ standing: 'gone', state: 'idle' }), LIMIT, LIMIT)).toMatchObject({
      reason: 'unknown',
    });
  });
});

describe('after Enter', () => {
  it('believes the record of the CLI before anything else', () => {
    for (const standing of STANDINGS) {
      expect(afterEnter({ standing, inRecord: true })).toEqual({ do: 'submitted', evidence: 'native' });
    }
  });

  it('takes an emptied prompt for submitted only with a change of state or the text in the conversation', () => {
    expect(afterEnter({ standing: 'gone', state: 'busy' })).toEqual({ do: 'submitted', evidence: 'state' });
    expect(afterEnter({ standing: 'gone', state: 'busy' }, 100, 'busy')).toEqual({ do: 'look' });
    expect(afterEnter({ standing: 'gone', state: 'idle', inConversation: true })).toEqual({
      do: 'submitted',
      evidence: 'screen',
    });
    expect(afterEnter({ standing: 'gone', state: 'idle' })).toEqual({ do: 'look' });
    expect(afterEnter({ standing: 'gone', state: 'idle' }, 6_000)).toMatchObject({ do: 'lost' });
  });

  it('never takes a dead agent, or a screen without a prompt, for submitted', () => {
    for (const state of ['dead', 'exited', 'suspended'] as const) {
      expect(afterEnter({ standing: 'gone', state, inConversation: true })).toMatchObject({ do: 'lost' });
    }
    expect(afterEnter({ standing: 'hidden', state: 'busy' })).toEqual({ do: 'look' });
    expect(afterEnter({ standing: 'hidden', state: 'unknown', inConversation: true }, 6_000)).toMatchObject({
      do: 'lost',
    });
  });

  it('waits for the end of a dialog that hides what became of the text', () => {
    for (const state of ['approval', 'question', 'setup'] as const) {
      expect(afterEnter({ standing: 'hidden', state }, 5_999)).toEqual({ do: 'look' });
      expect(afterEnter({ standing: 'hidden', state }, 6_000)).toMatchObject({ do: 'wait', reason: state });
    }
    expect(afterEnter({ standing: 'hidden', state: 'approval', inConversation: true })).toEqual({
      ...{ do: 'submitted', evidence: 'screen' },
    });
  });

  it('repeats an Enter for a text that still stands in a prompt, and not in a dialog', () => {
    expect(afterEnter({}, 699)).toEqual({ do: 'look' });
    expect(afterEnter({}, 700)).toEqual({ do: 'enter' });
    for (const state of ['approval', 'question', 'setup', 'busy', 'unknown'] as const) {
      expect(afterEnter({ state }, 5_000).do).not.toBe('enter');
    }
    expect(afterEnter({ standing: 'touched' }, 5_000)).toEqual({ do: 'look' });
    expect(afterEnter({ standing: 'touched' }, 6_000)).toMatchObject({ do: 'wait', reason: 'draft' });
  });
});

describe('a delivery that was broken off', () => {
  it('is never pasted again behind an Enter, whatever is seen', () => {
    for (const state of AGENT_STATES) {
      for (const standing of STANDINGS) {
        expect(decideResumption(resume({ step: 'enter', state, standing })).do).not.toBe('paste');
      }
    }
    expect(decideResumption(resume({ step: 'enter', standing: 'gone', state: 'idle' }))).toMatchObject({
      do: 'lost',
    });
  });

  it('is pasted again where its text is gone and nobody can have sent it', () => {
    expect(decideResumption(resume({ standing: 'gone', state: 'idle' }))).toEqual({ do: 'paste' });
    const withPerson = resume({ standing: 'gone', state: 'idle', personWasThere: true });
    expect(decideResumption(withPerson)).toMatchObject({ do: 'lost' });
  });

  it('goes on with Enter where all of its text stands in the prompt', () => {
    expect(decideResumption(resume())).toEqual({ do: 'enter' });
    expect(decideResumption(resume({ step: 'enter' }))).toEqual({ do: 'enter' });
  });

  it('waits for who has typed beside its text', () => {
    for (const standing of ['touched', 'partly'] as const) {
      expect(decideResumption(resume({ standing }))).toMatchObject({ do: 'wait', reason: 'draft' });
    }
  });

  it('counts as submitted where the conversation holds it', () => {
    for (const step of ['paste', 'enter'] as const) {
      const seen = resume({ step, standing: 'gone', inConversation: true });
      expect(decideResumption(seen)).toEqual({ do: 'submitted', evidence: 'screen' });
      expect(decideResumption(resume({ step, inRecord: true }))).toEqual({
        do: 'submitted',
        evidence: 'native',
      });
    }
  });
});
