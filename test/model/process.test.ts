import { describe, expect, it } from 'vitest';
import { BUILT_IN_PROFILES } from '../../src/agents/registry.ts';
import type { ProcessNode } from '../../src/model/observation.ts';
import { findAgentProcess, isShell, presenceOf } from '../../src/model/process.ts';

function node(argv: string[], stat = 'S', children: ProcessNode[] = []): ProcessNode {
  return { stat, comm: 'node', argv, children };
}

function find(root: ProcessNode): string | undefined {
  return findAgentProcess(root, BUILT_IN_PROFILES)?.profile.name;
}

describe('the agent below a pane', () => {
  it('is found by its arguments, whatever its name', () => {
    expect(find(node(['bash'], 'Ss', [node(['node', '/usr/lib/node_modules/.bin/gemini'])]))).toBe('gemini');
    expect(find(node(['claude']))).toBe('claude');
  });

  it('is the outermost one when an agent runs another', () => {
    expect(find(node(['-bash'], 'Ss', [node(['claude'], 'S+', [node(['codex'], 'S+')])]))).toBe('claude');
  });

  it.each([
    [['vim', 'claude.md']],
    [['grep', '-r', 'codex']],
    [['node', 'server.js', 'gemini']],
    [['bash', '-c', 'claude']],
    [['']],
  ])('is not %j', (argv) => {
    expect(find(node(['bash'], 'Ss', [node(argv, 'S+')]))).toBe(undefined);
  });

  it('is not one that ended and waits for its parent', () => {
    expect(find(node(['bash'], 'Ss', [node(['claude'], 'Z+')]))).toBe(undefined);
  });
});

describe('the presence of an agent', () => {
  it.each([
    ['Sl+', 'foreground'],
    ['Tl', 'stopped'],
    ['T+', 'stopped'],
    ['Sl', 'background'],
  ])('with %s is %s', (stat, presence) => {
    expect(presenceOf(node(['claude'], stat))).toBe(presence);
  });

  it('is in the foreground when a program it started is', () => {
    expect(presenceOf(node(['claude'], 'Sl', [node(['vim'], 'S+')]))).toBe('foreground');
  });
});

describe('a shell', () => {
  it.each(['bash', '-bash', 'zsh', '/bin/sh', 'fish', 'dash'])('may be called %s', (name) => {
    expect(isShell(name)).toBe(true);
  });

  it.each(['node', 'ssh', 'push', 'claude', ''])('is not called %j', (name) => {
    expect(isShell(name)).toBe(false);
  });
});
