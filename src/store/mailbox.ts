import { existsSync, lstatSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode, messageOf, OrchestratorError } from '../base/errors.ts';
import { checkName, isName } from '../model/agent-name.ts';
import type { Message } from '../model/message.ts';
import { syncDirectory, writeFileAtomic } from './atomic-file.ts';
import { ensurePrivateDirectory } from './directories.ts';
import { findStage, idOf, pathOf, readMessage, STAGES, type Stage, writeMessage } from './mailbox-files.ts';

type Place = Pick<Message, 'to' | 'id'>;

const FOLDERS = [...STAGES, 'tmp', 'broken'] as const;

/**
 * Durable queues of messages, one a recipient: `mail/AGENT/{tmp,new,cur,done}/ID.json` of the state directory, in the manner of Maildir,
 * for one writer. When a method returns, what it did is on the disk; when it throws, at worst a message lies in two folders, of which
 * `load` takes the later one. Throws `FAILED` where the disk does not take it.
 */
export class Mailbox {
  readonly #root: string;
  readonly #texts: string;
  readonly #uid: number;
  /** Names whose folders were seen to be there and ours. */
  readonly #checked = new Set<string>();
  #broken: string[] = [];

  constructor(stateDirectory: string, uid: number) {
    this.#root = join(stateDirectory, 'mail');
    this.#texts = join(stateDirectory, 'mail-files');
    this.#uid = uid;
    ensurePrivateDirectory(this.#root, uid);
    ensurePrivateDirectory(this.#texts, uid);
    syncDirectory(stateDirectory);
  }

  /** Names that have mail, or had some, sorted. */
  agents(): string[] {
    return readdirSync(this.#root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isName(entry.name))
      .map((entry) => entry.name)
      .sort();
  }

  /** Puts a new message of `message.to` into `new`. Throws `CONFLICT` for an id that is there already. */
  accept(message: Message): void {
    this.#write(message, (folder) => {
      if (findStage(folder, message.id) !== undefined) throw conflict(message);
      try {
        writeMessage(folder, 'new', message);
      } catch (error) {
        rmSync(pathOf(folder, 'new', message.id), { force: true });
        throw error;
      }
    });
  }

  /** Moves it from `new` to `cur`: its delivery begins. What is written in it stays as it is. */
  claim(message: Message): Message {
    return this.#write(message, (folder) => move(folder, message, 'new', 'cur'));
  }

  /** Moves it back from `cur` to `new`. */
  unclaim(message: Message): Message {
    return this.#write(message, (folder) => move(folder, message, 'cur', 'new'));
  }

  /** Writes what is new in it, in whatever folder it is. Throws `NOT_FOUND`. */
  update(message: Message): Message {
    return this.#write(message, (folder) => {
      const stage = findStage(folder, message.id);
      if (stage === undefined) throw missing(message);
      writeMessage(folder, stage, message);
    });
  }

  /** Writes what is new in it and puts it into `done`. Throws `NOT_FOUND`. */
  finish(message: Message): Message {
    return this.#write(message, (folder) => {
      const stage = findStage(folder, message.id);
      if (stage === undefined) throw missing(message);
      writeMessage(folder, 'done', message);
      if (stage === 'done') return;
      rmSync(pathOf(folder, stage, message.id));
      syncDirectory(join(folder, stage));
    });
  }

  /** In which folder it lies. */
  stageOf({ to, id }: Place): Stage | undefined {
    return findStage(this.#folderOf(to), id);
  }

  /**
   * Every message of every agent in the order of acceptance, for the start of the worker. Mends what a crash left: half-written files are
   * removed, as nobody was told that they are kept, and of an id in two folders the later stage counts.
   */
  load(): Message[] {
    return this.agents()
      .flatMap((agent) => this.#loadAgent(agent))
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** Paths of files that could not be understood and lie in `broken/` since the last call: each is told once. */
  takeBroken(): string[] {
    const broken = this.#broken;
    this.#broken = [];
    return broken;
  }

  /**
   * Gives all mail of one name to another, in one step unless that name has mail too. Nothing is written into the messages: whose they are
   * is told by the folder, and `load` fills it in.
   */
  rename(agent: string, to: string): void {
    const [from, target] = [this.#folderOf(agent), this.#folderOf(to)];
    if (agent === to || !existsSync(from)) return;
    this.#checked.delete(agent);
    guard(`mail of ${agent}`, () => {
      if (existsSync(target)) this.#merge(from, this.#open(to));
      else renameSync(from, target);
      syncDirectory(this.#root);
    });
  }

  /** Removes finished messages that were written last more than `keepMs` ago, and all but the newest `keepMax`. Gives their ids. */
  prune(agent: string, { keepMs, keepMax, now }: { keepMs: number; keepMax: number; now: number }): string[] {
    const folder = this.#open(agent);
    const ids = listByAge(join(folder, 'done'))
      .filter(({ writtenAt }, i) => i >= keepMax || now - writtenAt > keepMs)
      .map(({ id }) => id);
    for (const id of ids) {
      rmSync(join(this.#texts, `${id}.txt`), { force: true });
      rmSync(pathOf(folder, 'done', id), { force: true });
    }
    return ids;
  }

  /**
   * Keeps a text that cannot be typed in a file of its own and gives its path. It does not lie below its recipient's name:
   * a message that was delivered names it, and the agent may be renamed before it reads on.
   */
  writeText({ id }: Pick<Message, 'id'>, text: string): string {
    if (idOf(`${id}.json`) === undefined) throw new Error(`${JSON.stringify(id)} is no id of a message`);
    const path = join(this.#texts, `${id}.txt`);
    guard(`text of message ${id}`, () => writeFileAtomic(path, text, { durable: true }));
    return path;
  }

  #write(message: Message, act: (folder: string) => void): Message {
    try {
      guard(`message ${message.id} to ${message.to}`, () => act(this.#open(message.to)));
    } catch (error) {
      this.#checked.delete(message.to);
      throw error;
    }
    return message;
  }

  #folderOf(agent: string): string {
    return join(this.#root, checkName(agent, 'to'));
  }

  /** Path of an agent's folder; creates it with those in it. */
  #open(agent: string): string {
    const folder = this.#folderOf(agent);
    if (this.#checked.has(agent)) return folder;
    ensurePrivateDirectory(folder, this.#uid);
    for (const name of FOLDERS) ensurePrivateDirectory(join(folder, name), this.#uid);
    syncDirectory(folder);
    syncDirectory(this.#root);
    this.#checked.add(agent);
    return folder;
  }

  #loadAgent(agent: string): Message[] {
    const folder = this.#open(agent);
    for (const file of readdirSync(join(folder, 'tmp'))) {
      rmSync(join(folder, 'tmp', file), { recursive: true, force: true });
    }
    const messages = new Map<string, Message>();
    for (const stage of STAGES) this.#loadStage(folder, stage, messages);
    return [...messages.values()].map((message) => ({ ...message, to: agent }));
  }

  #loadStage(folder: string, stage: Stage, messages: Map<string, Message>): void {
    for (const file of readdirSync(join(folder, stage))) {
      const id = idOf(file);
      const message = id === undefined ? undefined : readMessage(folder, stage, id);
      if (message === undefined) this.#putAside(folder, stage, file);
      else if (messages.has(message.id)) rmSync(pathOf(folder, stage, message.id));
      else messages.set(message.id, message);
    }
  }

  #putAside(folder: string, stage: Stage, file: string): void {
    const to = freeName(join(folder, 'broken', `${stage}-${file.slice(0, 100)}`));
    renameSync(join(folder, stage, file), to);
    this.#broken.push(to);
  }

  /** Folder by folder and file by file; a crash in between leaves the rest under the old name. */
  #merge(from: string, to: string): void {
    for (const name of FOLDERS.filter((folder) => existsSync(join(from, folder)))) {
      for (const file of readdirSync(join(from, name))) {
        const target = join(to, name, file);
        renameSync(join(from, name, file), name === 'broken' ? freeName(target) : target);
      }
      syncDirectory(join(to, name));
      rmdirSync(join(from, name));
    }
    rmdirSync(from);
  }
}

function move(folder: string, message: Message, from: Stage, to: Stage): void {
  try {
    renameSync(pathOf(folder, from, message.id), pathOf(folder, to, message.id));
  } catch (error) {
    throw hasErrorCode(error, 'ENOENT') ? missing(message, from) : error;
  }
  // The new name first: a crash in between may show the message twice, never not at all.
  syncDirectory(join(folder, to));
  syncDirectory(join(folder, from));
}

/** Newest first. */
function listByAge(folder: string): { id: string; writtenAt: number }[] {
  return readdirSync(folder)
    .map((file) => ({ id: idOf(file) ?? '', writtenAt: lstatSync(join(folder, file)).mtimeMs }))
    .filter(({ id }) => id !== '')
    .sort((a, b) => b.writtenAt - a.writtenAt);
}

function freeName(path: string): string {
  for (let i = 1; ; i++) {
    const free = i === 1 ? path : `${path}.${i}`;
    if (!existsSync(free)) return free;
  }
}

/** What the disk says, as an error that a person can do something about. */
function guard(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (error instanceof OrchestratorError) throw error;
    throw new OrchestratorError('FAILED', `${what} could not be written: ${messageOf(error)}`, {
      cause: error,
      hint: hasErrorCode(error, 'ENOSPC', 'EDQUOT')
        ? 'make room on the disk with the state directory'
        : undefined,
    });
  }
}

function conflict({ id, to }: Place): OrchestratorError {
  return new OrchestratorError('CONFLICT', `message ${id} to ${to} is there already`, { field: 'id' });
}

function missing({ id, to }: Place, stage?: Stage): OrchestratorError {
  const where = stage === undefined ? '' : ` in ${stage}`;
  return new OrchestratorError('NOT_FOUND', `message ${id} to ${to} is not there${where}`, { field: 'id' });
}
