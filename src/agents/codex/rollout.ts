import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { holdsMessage, textsOf } from '../envelope.ts';
import { type CliRecord, readRecordTail } from '../record-tail.ts';
import { isFileError } from '../small-file.ts';
import type { Turn, TurnQuery } from '../transcripts.ts';

/** Files are found by how their names end: a part of an id would find another's. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;
const DAY_MS = 86_400_000;
/** So far back a conversation is looked for whose id does not tell when it began. */
const DAYS_MAX = 60;

/**
 * What Codex's rollout says of a message: `sessions/YEAR/MONTH/DAY/rollout-…-SESSION.jsonl`, seen in 0.169. Records stand in order.
 * A message that steers a running turn is answered by that turn's end. Versions that write no end of a turn leave it open.
 */
export function findCodexTurn(query: TurnQuery): Turn | undefined {
  const { configDirectory, messageId, since } = query;
  const root = join(configDirectory, 'sessions');
  const path = findRollout(root, query.sessionId, since);
  const records = path === undefined ? [] : readRecordTail({ path, root, since, word: messageId });
  const index = records.findIndex((record) => isMessage(payloadOf(record), messageId));
  if (index < 0) return undefined;
  const end = records
    .slice(index + 1)
    .map(payloadOf)
    .find(isEnd);
  const answer = end?.type === 'task_complete' ? end.last_agent_message : null;
  return { submitted: true, answer: typeof answer === 'string' ? answer : null, done: end !== undefined };
}

function payloadOf({ payload }: CliRecord): CliRecord {
  return typeof payload === 'object' && payload !== null ? (payload as CliRecord) : {};
}

/** As it goes to the model (`message`), or as the screen shows it (`user_message` of older versions). */
function isMessage({ type, role, content, message }: CliRecord, messageId: string): boolean {
  const texts =
    type === 'message' && role === 'user'
      ? textsOf(content)
      : type === 'user_message'
        ? textsOf(message)
        : [];
  return texts.some((text) => holdsMessage(text, messageId));
}

function isEnd({ type }: CliRecord): boolean {
  return type === 'task_complete' || type === 'turn_aborted';
}

function findRollout(root: string, sessionId: string, since: number): string | undefined {
  if (!UUID.test(sessionId)) return undefined;
  for (const folder of dayFolders(sessionId, since)) {
    const name = list(join(root, folder)).find((file) => file.endsWith(`-${sessionId}.jsonl`));
    if (name !== undefined) return join(root, folder, name);
  }
  return undefined;
}

/** The folder is named by the local day on which the conversation began; ids of version 7 begin with that instant. */
function dayFolders(sessionId: string, since: number): string[] {
  const isVersion7 = /^[\da-f]{8}-[\da-f]{4}-7/u.test(sessionId);
  const began = Number.parseInt(sessionId.replace('-', '').slice(0, 12), 16);
  const days = isVersion7 ? [0, -1, 1] : Array.from({ length: DAYS_MAX }, (_, i) => 1 - i);
  return days.map((day) => dayFolder((isVersion7 ? began : since) + day * DAY_MS));
}

function dayFolder(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isFileError(error)) return [];
    throw error;
  }
}
