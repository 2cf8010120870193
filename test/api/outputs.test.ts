import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Outputs } from '../../src/api/outputs.ts';
import type { Operation } from '../../src/operations/operation.ts';

const schema = z.object({ agents: z.array(z.object({ name: z.string() })) });
const operation = { name: 'agent.list', output: schema } as unknown as Operation;
const frozen = (name: string) => Object.freeze({ name, secret: 'x' });

describe('an output', () => {
  it('holds what the schema names and nothing else', () => {
    expect(new Outputs().shape(operation, { agents: [frozen('ada')] })).toEqual({
      agents: [{ name: 'ada' }],
    });
  });

  it('is given once more as long as its parts are the same frozen ones', () => {
    const outputs = new Outputs();
    const parse = vi.spyOn(schema, 'parse');
    const [ada, bob] = [frozen('ada'), frozen('bob')];
    const first = outputs.shape(operation, { agents: [ada, bob] });
    expect(outputs.shape(operation, { agents: [ada, bob] })).toBe(first);
    expect(parse).toHaveBeenCalledOnce();
    parse.mockRestore();
  });

  it.each([
    ['one is another', (ada: object, bob: object) => [ada, { ...bob, name: 'eve' }]],
    ['one has gone', (ada: object) => [ada]],
    ['one has come', (ada: object, bob: object) => [ada, bob, frozen('eve')]],
    ['their order is another', (ada: object, bob: object) => [bob, ada]],
  ])('is a new one where %s', (_, change) => {
    const outputs = new Outputs();
    const [ada, bob] = [frozen('ada'), frozen('bob')];
    outputs.shape(operation, { agents: [ada, bob] });
    const agents = change(ada, bob).map((one) => Object.freeze(one)) as { name: string }[];
    expect(outputs.shape(operation, { agents })).toEqual({ agents: agents.map(({ name }) => ({ name })) });
  });

  it('whose parts could have changed is never taken for the old one', () => {
    const outputs = new Outputs();
    const ada = { name: 'ada' };
    outputs.shape(operation, { agents: [ada] });
    ada.name = 'eve';
    expect(outputs.shape(operation, { agents: [ada] })).toEqual({ agents: [{ name: 'eve' }] });
  });

  it('of one operation is never taken for that of another', () => {
    const outputs = new Outputs();
    const ada = frozen('ada');
    outputs.shape(operation, { agents: [ada] });
    const other = { ...operation, name: 'team.list', output: z.object({ agents: z.array(z.object({})) }) };
    expect(outputs.shape(other as unknown as Operation, { agents: [ada] })).toEqual({ agents: [{}] });
  });

  it('that is none of the operation is refused, each time', () => {
    const outputs = new Outputs();
    const wrong = Object.freeze({ name: 5 });
    for (let i = 0; i < 2; i++) expect(() => outputs.shape(operation, { agents: [wrong] })).toThrow();
  });
});
