import { beforeEach, expect, it } from 'vitest';
import { Fleet } from '../../src/core/fleet.ts';
import type { Ground } from '../../src/core/ground.ts';
import { RestartPlans } from '../../src/core/restart-plans.ts';
import type { NewEvent } from '../../src/model/event.ts';
import type { AgentSpecFiles } from '../../src/store/agent-spec-files.ts';
import { agentSpec } from '../helpers/agent-spec.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

let clock: FakeClock;
let fleet: Fleet;
let plans: RestartPlans;
let due: string[];
let shown: string[];
let events: NewEvent[];

beforeEach(() => {
  clock = new FakeClock();
  fleet = new Fleet({ readAll: () => [], write: () => {} } as unknown as AgentSpecFiles);
  for (const name of ['ada', 'bob']) fleet.put(agentSpec({ name }));
  [due, shown, events] = [[], [], []];
  const ground = {
    ...{ clock, fleet, emit: (event: NewEvent) => events.push(event) },
    roster: { refresh: (name: string) => shown.push(name) },
  };
  plans = new RestartPlans(ground as unknown as Ground, (name) => due.push(name));
});

it('tells and shows a restart, and says when it is due, once', () => {
  plans.add('ada', { delayMs: 1_000, attempt: 2 });
  expect(events).toEqual([
    { type: 'agent.restart-planned', agent: 'ada', profile: 'stand-in', attempt: 2, delayMs: 1_000 },
  ]);
  expect([fleet.restartAt('ada'), shown, plans.has('ada')]).toEqual([clock.now() + 1_000, ['ada'], true]);
  clock.advance(999);
  expect(due).toEqual([]);
  clock.advance(5_000);
  expect([due, plans.has('ada')]).toEqual([['ada'], false]);
});

it('takes the later of two plans for one agent', () => {
  plans.add('ada', { delayMs: 1_000, attempt: 1 });
  plans.add('ada', { delayMs: 3_000, attempt: 2 });
  clock.advance(2_000);
  expect(due).toEqual([]);
  clock.advance(2_000);
  expect(due).toEqual(['ada']);
});

it('calls one off, shows that, and leaves the others', () => {
  plans.add('ada', { delayMs: 1_000, attempt: 1 });
  plans.add('bob', { delayMs: 1_000, attempt: 1 });
  plans.callOff('ada');
  plans.callOff('ada');
  expect([fleet.restartAt('ada'), plans.has('ada'), shown]).toEqual([null, false, ['ada', 'bob', 'ada']]);
  clock.advance(1_000);
  expect(due).toEqual(['bob']);
});

it('starts nothing after the end of the service', () => {
  plans.add('ada', { delayMs: 1_000, attempt: 1 });
  plans.close();
  clock.advance(10_000);
  expect([due, plans.has('ada')]).toEqual([[], false]);
});
