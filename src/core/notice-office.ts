import { OrchestratorError } from '../base/errors.ts';
import type { Agent } from '../model/agent.ts';
import { checkName } from '../model/agent-name.ts';
import type { Event } from '../model/event.ts';
import type { Sender } from '../model/message.ts';
import type { Notice } from '../model/notice.ts';
import type { Team } from '../model/team.ts';
import type { NoticeFile, NoticeRecord } from '../store/notice-file.ts';
import { Escalation } from './escalation.ts';
import type { Ground } from './ground.ts';
import { NoticeBoard } from './notice-board.ts';
import { checkTestable, type LeadMail, openWay, SERVICE } from './notifier-ways.ts';
import { type NotifierStatus, Notifiers } from './notifiers.ts';

interface NoticeOfficeOptions {
  ground: Ground;
  file: NoticeFile;
  uid: number;
  sendMail: LeadMail['send'];
  findTeam(name: string): Team | undefined;
  restart(name: string): Promise<unknown>;
  /** A notifier or a step of an escalation that failed; it goes on without. */
  onFailure(what: string, reason: unknown): void;
}

/** Board, notifiers and escalation together, with the one file that they share. */
export class NoticeOffice {
  readonly #options: NoticeOfficeOptions;
  readonly #record: NoticeRecord;
  readonly #board: NoticeBoard;
  readonly #notifiers: Notifiers;
  readonly #escalation: Escalation;
  readonly #mail: LeadMail;

  constructor(options: NoticeOfficeOptions) {
    this.#options = options;
    const { ground, file, uid, sendMail } = options;
    const { clock, roster } = ground;
    this.#record = file.read();
    const save = () => file.write(this.#record);
    const agents = () => roster.describeAll();
    this.#mail = { findLead: (team) => this.#findLead(team), send: sendMail };
    const settings = () => ground.settings().config.notices;
    this.#notifiers = new Notifiers({
      ...{ clock, settings: () => settings().notifiers, unsent: this.#record.unsent, save },
      openWay: (config) => openWay(config, { ground, uid, mail: this.#mail }),
      onFailure: (name, reason) => options.onFailure(`notifier ${name}`, reason),
    });
    const find = (name: string) => roster.describe(name);
    const tell = (notices: readonly Notice[]) => this.#notifiers.tell(notices);
    this.#board = new NoticeBoard({ clock, record: this.#record, save, settings, agents, find, tell });
    this.#escalation = new Escalation({
      ...{ clock, record: this.#record, save, agents, findTeam: options.findTeam, restart: options.restart },
      tellLead: (lead, text, idempotencyKey) =>
        sendMail(lead, { text, priority: 'low', idempotencyKey }, SERVICE),
      tellPerson: (notice) => this.#board.raise(notice),
      onFailure: (team, reason) => options.onFailure(`escalation of team ${team}`, reason),
    });
  }

  open(): void {
    this.#notifiers.open(this.#record.notices);
    this.#board.open();
    this.#escalation.open();
  }

  close(): void {
    this.#escalation.close();
    this.#board.close();
    this.#notifiers.close();
  }

  note(event: Event): void {
    this.#board.note(event);
  }

  list(filter: { all: boolean }): Notice[] {
    return this.#board.list(filter);
  }

  acknowledge(id: string): Notice {
    return this.#board.acknowledge(id);
  }

  acknowledgeAll(): number {
    return this.#board.acknowledgeAll();
  }

  notifiers(): NotifierStatus[] {
    return this.#notifiers.list();
  }

  async test(name: string, { team }: { team?: string | undefined }): Promise<void> {
    const configs = this.#options.ground.settings().config.notices.notifiers;
    checkTestable(
      configs.find((one) => one.name === name),
      team,
      this.#mail,
    );
    await this.#notifiers.test(name, composeTest(this.#nowText(), team ?? null));
  }

  finishTeam(name: string, by: Sender): { team: string; at: string } {
    checkName(name, 'name');
    this.#checkFinisher(name, by);
    const at = this.#record.done[name]?.at ?? this.#nowText();
    this.#record.done[name] = { at, by: by.name };
    delete this.#record.episodes[name];
    this.#options.file.write(this.#record);
    const key = `finished:${name}:${at}`;
    this.#board.raise({
      ...{ key, kind: 'finished', agent: null, team: name, since: at, dialog: null },
      ...{ text: `team ${name} is done`, evidence: `${by.name} said so` },
      todo: `tmux-orchestrator team down ${name}`,
    });
    return { team: name, at };
  }

  reopenTeam(name: string): void {
    if (this.#record.done[name] === undefined) return;
    delete this.#record.done[name];
    this.#options.file.write(this.#record);
  }

  /** The user, or the lead of this very team. A team of which nothing is there has nobody to be asked. */
  #checkFinisher(name: string, by: Sender): void {
    const members = this.#options.ground.roster.describeAll().filter((one) => one.team === name);
    if (members.length === 0) {
      throw new OrchestratorError('NOT_FOUND', `team ${name} is not up`, {
        field: 'name',
        hint: 'see all with: tmux-orchestrator team list',
      });
    }
    if (by.kind !== 'agent' || this.#findLead(name) === by.name) return;
    throw new OrchestratorError('REFUSED', `${by.name} does not lead team ${name}`, {
      field: 'name',
      hint: 'its lead or the user says when it is done',
    });
  }

  #findLead(name: string): string | null {
    const lead = this.#options.findTeam(name)?.lead;
    const agent: Agent | undefined =
      lead === undefined ? undefined : this.#options.ground.roster.describe(lead);
    return agent?.management === 'managed' && agent.team === name ? agent.name : null;
  }

  #nowText(): string {
    return new Date(this.#options.ground.clock.now()).toISOString();
  }
}

function composeTest(at: string, team: string | null): Notice {
  return {
    ...{ id: '00000000', key: `test:${at}`, kind: 'test', agent: null, team, since: at, dialog: null },
    ...{ toldAt: at, overAt: null, ackedAt: null },
    text: 'this is a test notice',
    evidence: 'somebody asked for it',
    todo: 'tmux-orchestrator notifier list',
  };
}
