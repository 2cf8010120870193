import { describe, expect, it } from 'vitest';
import { maskRecording } from '../../src/model/mask.ts';
import { type Recording, RecordingSchema } from '../../src/model/recording.ts';

const words = { home: '/home/alice', user: 'alice', host: 'wonderland.example.org' };

function mask(text: string, more: Partial<Recording> = {}): Recording {
  return maskRecording(RecordingSchema.parse({ agent: 'claude', size: '40x5', text, ...more }), words);
}

describe('a mask', () => {
  it.each([
    'sk-ant-api03-abcdefgh',
    'ghp_abcdefghij0123456789',
    'AKIAIOSFODNN7EXAMPLE',
    'alice@example.org',
    '0123456789abcdef0123456789abcdef',
    'YWxhZGRpbjpvcGVuc2VzYW1lQUJDREVGRzEyMzQ1Njc4OQ==',
    '123e4567-e89b-12d3-a456-426614174000',
    'wonderland',
  ])('replaces %s by as many x', (secret) => {
    expect(mask(`before ${secret} after`).text).toBe(`before ${'x'.repeat(secret.length)} after`);
  });

  it('keeps the word that leads to a secret', () => {
    expect(mask('Authorization: Bearer abc.def-123').text).toBe('Authorization: Bearer xxxxxxxxxxx');
    expect(mask('API_KEY=hunter22222').text).toBe('API_KEY=xxxxxxxxxxx');
  });

  it('leaves the home directory a path', () => {
    expect(mask('cwd: /home/alice/src/tool').text).toBe('cwd: /home/xxxxx/src/tool');
  });

  it('leaves other text, other names and program paths as they are', () => {
    const text = 'malice in /usr/lib/node_modules/openai-codex/bin/Codex2.js ──────── ⏺ 12.3k tokens: 4096';
    expect(mask(text).text).toBe(text);
  });

  it('finds a secret that the terminal wrapped', () => {
    const masked = mask(`${'.'.repeat(31)} sk-abcde\nfghijklmnop rest`);
    expect(masked.text).toBe(`${'.'.repeat(31)} xxxxxxxx\nxxxxxxxxxxx rest`);
  });

  it('finds a secret that changes its colour in the middle, and keeps the colours', () => {
    const ansi = '\u001b[31mkey sk-abc\u001b[1mdefgh\u001b[0m done';
    expect(mask('', { ansi }).ansi).toBe('\u001b[31mkey xxxxxx\u001b[1mxxxxx\u001b[0m done');
  });

  it('reaches titles and arguments of processes', () => {
    const processes = {
      stat: 'S+',
      comm: 'node',
      args: 'claude --token sk-abcdefghij',
      argv: ['claude', '--token', 'sk-abcdefghij'],
      children: [],
    };
    const masked = mask('', { title: 'alice: fix it', processes });
    expect(masked.title).toBe('xxxxx: fix it');
    expect(masked.processes?.argv).toEqual(['claude', '--token', 'xxxxxxxxxxxxx']);
  });

  it('drops the id of the conversation', () => {
    const native = { source: 'claude-session-file', status: 'idle', sessionId: 'secret' };
    expect(JSON.stringify(mask('', { native }))).not.toContain('secret');
  });

  it('takes names with characters that patterns give a meaning', () => {
    const odd = { home: '/home/a.b+c', user: 'a.b+c', host: 'h(1)' };
    const recording = RecordingSchema.parse({ agent: 'x', size: '80x5', text: 'a.b+c aXb+c h(1)' });
    expect(maskRecording(recording, odd).text).toBe('xxxxx aXb+c xxxx');
  });
});
