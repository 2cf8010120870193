import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFileReason } from '../../src/model/message-text.ts';
import type { OutputOf } from '../../src/operations/routes.ts';
import { ControlRoom } from '../helpers/control-room.ts';
import { until } from '../helpers/until.ts';
import { type RealHome, realHome } from './real-agent.ts';
import { RECIPES, type RealCli, type Recipe } from './recipes.ts';

type MessageView = OutputOf<'message.get'>;

/** Longest start; see `READY_MS` of real-agent.ts. */
const READY_MS = 150_000;
const ANSWER_MS = 20_000;

/** A worker that has started one real CLI and is asked over its control socket. */
export class DeliveryRoom {
  readonly agent = 'ada';
  readonly #cli: RealCli;
  readonly #home: RealHome;
  readonly #room: ControlRoom;

  private constructor(cli: RealCli, home: RealHome, room: ControlRoom) {
    this.#cli = cli;
    this.#home = home;
    this.#room = room;
  }

  static async open(cli: RealCli): Promise<DeliveryRoom> {
    const home = await realHome(cli);
    // Programs are looked for where the worker looks: an agent's own variables cannot say where.
    const room = await ControlRoom.open({ env: { PATH: home.env.PATH } });
    const opened = new DeliveryRoom(cli, home, room);
    writeFileSync(join(home.work, 'notes.txt'), 'nothing to do\n');
    await opened.#spawn();
    return opened;
  }

  get model() {
    return this.#home.model;
  }

  /** What the mock model must answer to have the CLI ask whether it may make a file. */
  get tool() {
    const recipe: Recipe = RECIPES[this.#cli];
    return recipe.tool?.('touch made.txt');
  }

  /** How the CLI itself is known to change a text. */
  alter(text: string): string {
    const recipe: Recipe = RECIPES[this.#cli];
    return recipe.alter?.(text) ?? text;
  }

  /** A text as it reached the model, without what this CLI puts around it. */
  unframe(text: string): string {
    const recipe: Recipe = RECIPES[this.#cli];
    return recipe.frame === undefined ? text : text.replace(recipe.frame, '$<text>');
  }

  /** Whether its profile says that such a text goes into a file. */
  mustFile(text: string): boolean {
    return findFileReason(text, this.#home.profile.delivery) !== null;
  }

  get hasMade(): boolean {
    return existsSync(join(this.#home.work, 'made.txt'));
  }

  get hasRecord(): boolean {
    return this.#home.profile.transcriptReader !== undefined;
  }

  send(text: string): Promise<MessageView> {
    return this.#room.client.call('message.send', { to: this.agent, text });
  }

  get(id: string): Promise<MessageView> {
    return this.#room.client.call('message.get', { id });
  }

  /** The message once it is so far; throws with its receipt and the screen where it does not come to that. */
  async wait(id: string, goal: 'submitted' | 'answered'): Promise<MessageView> {
    const options = { until: goal, timeoutMs: ANSWER_MS };
    const message = await this.#room.client.call('message.wait', { id, ...options });
    const { receipt } = message;
    if (receipt.state === goal || receipt.state === 'answered') return message;
    await this.#room.client.call('message.cancel', { id }).catch(() => undefined);
    throw new Error(`not ${goal}: ${JSON.stringify(receipt)}\n${await this.screen()}`);
  }

  /** The texts with this message in them, as they reached the model. */
  async received(id: string): Promise<string[]> {
    const requests = await this.model.requests();
    return requests.flatMap(({ input }) => textsIn(input)).filter((text) => text.includes(` · ${id}]`));
  }

  /** When a message first reached the model, milliseconds since the epoch. */
  async receivedAt(id: string): Promise<number | undefined> {
    const requests = await this.model.requests();
    return requests.find(({ input }) => JSON.stringify(input).includes(` · ${id}]`))?.at;
  }

  async untilState(state: string, timeoutMs = 30_000): Promise<void> {
    const home = this.#room.home;
    await home.untilState(this.agent, state, timeoutMs).catch(async (error: unknown) => {
      throw new Error(await this.screen(), { cause: error });
    });
  }

  async approve(): Promise<void> {
    const { client, home } = this.#room;
    const dialog = await until(() => home.agent(this.agent).dialog?.id);
    await client.call('agent.answer', { name: this.agent, dialog, decision: 'approve' });
  }

  async screen(): Promise<string> {
    return (await this.#room.client.call('agent.read', { name: this.agent })).screen;
  }

  async close(): Promise<void> {
    await this.#room.close();
    await this.#home.close();
  }

  async #spawn(): Promise<void> {
    const { PATH: _, SHELL: __, ...env } = this.#home.env;
    const home = this.#home.home;
    const folders = {
      ...{ XDG_CONFIG_HOME: join(home, '.config'), XDG_STATE_HOME: join(home, '.local/state') },
      ...{ XDG_DATA_HOME: join(home, '.local/share'), XDG_CACHE_HOME: join(home, '.cache') },
    };
    const asks = this.#home.profile.start?.permissions.ask !== undefined;
    await this.#room.client.call('agent.spawn', {
      ...{ name: this.agent, profile: this.#home.profile.name, directory: this.#home.work },
      ...{ env: { ...env, ...folders }, ...(asks ? { permissions: 'ask' as const } : {}) },
    });
    await this.untilState('idle', READY_MS);
  }
}

/** All texts of a request, whatever its form. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
