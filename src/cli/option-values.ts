import { InvalidArgumentError } from 'commander';
import { cleanLine } from '../base/text.ts';
import { parseDuration } from '../base/time-text.ts';

/** Reads `60s`, `10m`; milliseconds. */
export function parseTimeout(text: string): number {
  const timeoutMs = parseDuration(text);
  if (timeoutMs !== undefined) return timeoutMs;
  throw new InvalidArgumentError('Write it as 500ms, 60s, 10m or 2h, at most 20d.');
}

/** Reads `12h`, `30d`; milliseconds. */
export function parseTimeToLive(text: string): number {
  const match = /^([1-9]\d{0,2})d$/.exec(text);
  return match === null ? parseTimeout(text) : Number(match[1]) * 86_400_000;
}

/** Reads `1h` or `never`, which stays a word: commander takes null for an option without a value. */
export function parseExpiry(text: string): number | 'never' {
  return text === 'never' ? text : parseTimeout(text);
}

/** Reads a whole number from 1. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number from 1.');
}

/** Reads a TCP port, or 0. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('Write a port, 1 to 65535, or 0 for any that is free.');
}

/** Reads `NAME=VALUE`, one option after the other. */
export function parseVariable(text: string, before: Record<string, string> = {}): Record<string, string> {
  const match = /^([A-Za-z_][A-Za-z0-9_]{0,127})=(.*)$/s.exec(text);
  const [, name, value] = match ?? [];
  if (name === undefined || value === undefined) {
    // Without the value: it may be a secret that was meant for elsewhere.
    const shown = cleanLine(text.split('=')[0] ?? '', 40);
    throw new InvalidArgumentError(
      `Write it as NAME=VALUE; ${JSON.stringify(shown)} is no name of a variable.`,
    );
  }
  return { ...before, [name]: value };
}
