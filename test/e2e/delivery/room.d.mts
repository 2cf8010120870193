import type { Agent } from '../../../src/model/agent.ts';
import type { Message, Sender } from '../../../src/model/message.ts';

export const USER: Sender;

export interface StandIn {
  name: string;
  pane: string;
  pid: number;
  log: string;
  profile: string;
  command: string[];
}

/** One line of a stand-in's log. */
export interface LogEntry {
  at: string;
  event: 'submit' | 'command' | 'shell' | 'dialog';
  text?: string;
  how?: 'sent' | 'queued' | 'steered';
  chose?: string | null;
}

export interface Cost {
  lines: number;
  commands: number;
}

export interface Worker {
  child: { pid: number };
  ask(operation: 'get' | 'cancel' | 'retry', input: { id: string }): Promise<Message>;
  ask(operation: 'list', input: { to?: string; limit: number }): Promise<Message[]>;
  ask(operation: 'broadcast', input: object): Promise<Message[]>;
  ask(operation: 'agent', input: { name: string }): Promise<Agent | null>;
  ask(
    operation: 'answer',
    input: { name: string; dialog: string; option?: number; decision?: 'approve' | 'deny' },
  ): Promise<Agent>;
  ask(operation: 'costs'): Promise<Cost[]>;
  ask(operation: 'standing', input: { to: string; text: string }): Promise<Message>;
  ask(operation: 'spec', input: { name: string; change: object }): Promise<unknown>;
  send(to: string, text: string, more?: object, from?: Sender): Promise<Message>;
  wait(id: string, wanted?: 'submitted' | 'answered', timeoutMs?: number): Promise<Message>;
  untilState(name: string, state: string, timeoutMs?: number): Promise<unknown>;
  kill(): Promise<unknown>;
}

export class Room {
  static open(options?: { columns?: number; rows?: number; config?: Record<string, unknown> }): Promise<Room>;
  folder: string;
  name: string;
  socketPath: string;
  worker: Worker;
  standIns: StandIn[];
  startWorker(): Promise<Worker>;
  addStandIn(name: string, options?: { kind?: string; prompt?: string; words?: string[] }): Promise<StandIn>;
  tmux(...words: string[]): Promise<string>;
  screenOf(standIn: StandIn): Promise<string>;
  submitted(standIn: StandIn): LogEntry[];
  logOf(standIn: StandIn): LogEntry[];
  close(): Promise<void>;
}
