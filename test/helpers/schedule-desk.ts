import type { Clock } from '../../src/base/clock.ts';
import { OrchestratorError } from '../../src/base/errors.ts';
import { ScheduleBook } from '../../src/core/schedule-book.ts';
import type { ScheduleMail } from '../../src/core/schedule-run.ts';
import { Scheduler, type SchedulerOptions } from '../../src/core/scheduler.ts';
import type { AgentSpec } from '../../src/model/agent-spec.ts';
import { ConfigSchema } from '../../src/model/config.ts';
import type { NewEvent } from '../../src/model/event.ts';
import type { Schedule } from '../../src/model/schedule.ts';
import { agentSpec } from './agent-spec.ts';
import { message } from './message.ts';

/** What outlives a worker. */
export class ScheduleDisk {
  readonly files = new Map<string, Schedule>();
  /** Texts by recipient and key: what a mailbox holds. */
  readonly mail = new Map<string, string>();
  /** Thrown by the next write. */
  failure: unknown;

  readAll(): Schedule[] {
    return [...this.files.values()];
  }

  write(schedule: Schedule): void {
    this.#fail();
    this.files.set(schedule.name, schedule);
  }

  remove(name: string): void {
    this.#fail();
    this.files.delete(name);
  }

  #fail(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}

/** A scheduler among plain objects. */
export class ScheduleDesk {
  readonly scheduler: Scheduler;
  readonly events: NewEvent[] = [];
  readonly sent: { to: string; text: string; from: string; key: string }[] = [];
  readonly specs: AgentSpec[];
  /** Names whose last message waits. */
  readonly waiting = new Set<string>();
  /** Names whose mailbox is full. */
  readonly full = new Set<string>();
  fatal: unknown;
  gate: SchedulerOptions['askGate'] = async () => true;

  constructor(
    clock: Clock,
    disk: ScheduleDisk,
    { config = {}, specs }: { config?: object; specs?: AgentSpec[] } = {},
  ) {
    this.specs = specs ?? [
      agentSpec({ name: 'ada', role: 'developer', team: 'web' }),
      agentSpec({ name: 'bob', role: 'tester', team: 'web' }),
    ];
    const settings = { config: ConfigSchema.parse({ schedules: config }) };
    const find = (name: string) => this.specs.find((one) => one.name === name);
    this.scheduler = new Scheduler({
      ground: {
        clock,
        settings: () => settings,
        emit: (event: NewEvent) => this.events.push(event),
      } as unknown as SchedulerOptions['ground'],
      fleet: {
        list: () => this.specs,
        get: (name: string) => {
          const spec = find(name);
          if (spec === undefined)
            throw new OrchestratorError('NOT_FOUND', `no managed agent is called ${name}`);
          return spec;
        },
      } as unknown as SchedulerOptions['fleet'],
      book: new ScheduleBook(disk),
      zone: 'UTC',
      mail: this.#openMail(disk),
      findRole: (name) =>
        name === 'tester'
          ? { name, description: 'x', args: [], env: {}, briefing: 'x', checkIn: 'Run the tests.' }
          : undefined,
      knowsRole: (name) => name === 'idle-role',
      knowsTeam: () => false,
      askGate: (gate, signal) => this.gate(gate, signal),
      onFatal: (error) => {
        this.fatal = error;
      },
    });
  }

  #openMail(disk: ScheduleDisk): ScheduleMail {
    return {
      send: async (to, { text, idempotencyKey: key }, from) => {
        if (this.full.has(to)) throw new OrchestratorError('LIMIT', `mailbox of ${to} is full`);
        const place = `${to} ${from.name} ${key}`;
        if (!disk.mail.has(place)) this.sent.push({ to, text, from: from.name, key });
        disk.mail.set(place, text);
        return message({ to, text });
      },
      holds: (to) => this.waiting.has(to),
    };
  }
}
