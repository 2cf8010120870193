import { expect, it } from 'vitest';
import { describeStatus } from '../../src/model/status-text.ts';

it('tells how many agents there are, how many wait for a person and how many for a limit to end', () => {
  const states = ['idle', 'busy', 'approval', 'dead', 'limited'] as const;
  expect(describeStatus('connected', states)).toBe('5 agents, 2 need you, 1 limited');
  expect(describeStatus('connected', ['question'])).toBe('1 agent, 1 needs you');
  expect(describeStatus('connected', [])).toBe('0 agents');
});

it('tells what is the matter with the tmux server', () => {
  expect(describeStatus('none', [])).toBe('no tmux server yet');
  expect(describeStatus('stalled', ['idle'])).toBe('tmux server does not answer; 1 agent');
  expect(describeStatus('connecting', ['idle'])).toBe('connecting to tmux; 1 agent');
});
