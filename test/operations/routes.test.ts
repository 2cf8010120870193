import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/operations/routes.ts';
import { OPERATIONS } from '../../src/operations/table.ts';

describe('the routes of the client', () => {
  it('are those of the table', () => {
    const table = OPERATIONS.map(({ name, method, path }) => [name, { method, path }]);
    expect(Object.entries(ROUTES)).toEqual(table);
  });
});

describe('the table', () => {
  it('has every name and every place once', () => {
    const names = OPERATIONS.map(({ name }) => name);
    const places = OPERATIONS.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(places).size).toBe(places.length);
  });

  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
    '%s takes what its path names, and reads with GET alone',
    (_, { path, input, method, effect }) => {
      const params = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
      expect(Object.keys(input.shape)).toEqual(expect.arrayContaining(params));
      expect(method === 'GET').toBe(effect === 'read');
    },
  );
});
