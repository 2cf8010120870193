import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { holdsMessage, textsOf } from '../envelope.ts';
import { type CliRecord, readRecordTail } from '../record-tail.ts';
import { isFileError, isSessionId } from '../small-file.ts';
import type { Turn, TurnQuery } from '../transcripts.ts';

/** Only looked through where the folder is not named as it should be. */
const PROJECTS_MAX = 2_000;

/** Reasons with which a model ends its turn; `tool_use` and `pause_turn` go on. */
const LAST_WORDS: ReadonlySet<unknown> = new Set(['end_turn', 'stop_sequence', 'max_tokens', 'refusal']);

/**
 * What Claude Code's transcript says of a message: `projects/DIRECTORY/SESSION.jsonl`, seen in 2.1.197 and 2.1.330. Records do not
 * always stand in the order in which things happened (2.1.197 was seen to write an answer before its question), but each names the
 * one it follows.
 */
export function findClaudeTurn(query: TurnQuery): Turn | undefined {
  const path = findTranscript(query);
  if (path === undefined) return undefined;
  const { configDirectory: root, messageId, since } = query;
  const records = readRecordTail({ path, root, since, word: messageId }).filter(
    ({ isSidechain }) => isSidechain !== true,
  );
  const message = records.find((record) => isMessage(record, messageId));
  if (message !== undefined) return endOf(followersOf(message, records));
  const isQueued = records.some((record) => isEnqueued(record, messageId));
  return isQueued ? { submitted: true, answer: null, done: false } : undefined;
}

function findTranscript({ configDirectory, sessionId, workingDirectory }: TurnQuery): string | undefined {
  if (!isSessionId(sessionId)) return undefined;
  const projects = join(configDirectory, 'projects');
  const pathIn = (folder: string) => join(projects, folder, `${sessionId}.jsonl`);
  const usual = pathIn(workingDirectory.replace(/[^a-zA-Z0-9]/gu, '-'));
  if (existsSync(usual)) return usual;
  return listFolders(projects).map(pathIn).find(existsSync);
}

function listFolders(path: string): string[] {
  try {
    return readdirSync(path).slice(0, PROJECTS_MAX);
  } catch (error) {
    if (isFileError(error)) return [];
    throw error;
  }
}

/** A prompt, or one that was queued and handed over in the midst of a turn. */
function isMessage(record: CliRecord, messageId: string): boolean {
  const texts =
    record.type === 'user'
      ? textsOf(field(record.message, 'content'))
      : field(record.attachment, 'type') === 'queued_command'
        ? textsOf(field(record.attachment, 'prompt'))
        : [];
  return texts.some((text) => holdsMessage(text, messageId));
}

function isEnqueued({ type, operation, content }: CliRecord, messageId: string): boolean {
  if (type !== 'queue-operation' || operation !== 'enqueue') return false;
  return textsOf(content).some((text) => holdsMessage(text, messageId));
}

/** All records that follow from one, each behind the one it follows. A prompt that was taken back has none but its own attachments. */
function followersOf(message: CliRecord, records: readonly CliRecord[]): CliRecord[] {
  const followers = new Set([message]);
  const ids = new Set([message.uuid]);
  // As many rounds as records stand before the one they follow: hardly ever more than two.
  for (let before = 0; before < followers.size; ) {
    before = followers.size;
    for (const record of records) {
      const parent = record.parentUuid ?? record.logicalParentUuid;
      if (parent === undefined || parent === null || !ids.has(parent)) continue;
      followers.add(record);
      ids.add(record.uuid);
    }
  }
  followers.delete(message);
  return [...followers];
}

const FAILED: Turn = { submitted: true, answer: null, done: true };

/** The end of the turn: the model's last words, its failure, or the next prompt after it has begun to speak. */
function endOf(followers: readonly CliRecord[]): Turn {
  const texts: { id: unknown; text: string }[] = [];
  let hasSpoken = false;
  for (const record of followers) {
    if (isFailure(record) || (hasSpoken && isPrompt(record))) return FAILED;
    hasSpoken ||= record.type === 'assistant';
    if (record.type !== 'assistant') continue;
    // Each part of a model's message is a record of its own; they share its id.
    const id = field(record.message, 'id');
    for (const text of textsOf(field(record.message, 'content'))) texts.push({ id, text });
    if (!LAST_WORDS.has(field(record.message, 'stop_reason'))) continue;
    const answer = texts.filter((one) => one.id === id).map(({ text }) => text);
    if (answer.length > 0) return { submitted: true, answer: answer.join('\n'), done: true };
  }
  const isOver = followers.some(({ type, subtype }) => type === 'system' && subtype === 'turn_duration');
  return { submitted: true, answer: null, done: isOver };
}

/** Told in the name of the model: an error, or what it had said when the user pressed Escape. */
function isFailure(record: CliRecord): boolean {
  if (record.isApiErrorMessage === true || field(record.message, 'model') === '<synthetic>') return true;
  if (record.type !== 'user') return false;
  return textsOf(field(record.message, 'content')).some((text) =>
    text.startsWith('[Request interrupted by user'),
  );
}

/** What a person or another message of ours said; results of tools and remarks of Claude Code itself have the same type. */
function isPrompt({ type, isMeta, message, toolUseResult }: CliRecord): boolean {
  const isSaid = type === 'user' && isMeta !== true && toolUseResult === undefined;
  return isSaid && textsOf(field(message, 'content')).length > 0;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as CliRecord)[name] : undefined;
}
