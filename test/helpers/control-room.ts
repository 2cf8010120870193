import { type Client, openClient } from '../../src/cli/client.ts';
import { type PrivateTmux, privateTmux } from './private-tmux.ts';
import { TestHome, type WorkerProcess } from './worker-process.ts';

interface RoomOptions {
  /** What stands in config.yaml. */
  config?: string;
  /** Further variables of the worker. */
  env?: NodeJS.ProcessEnv;
}

/** A worker as its own process on a tmux server of its own, and the client of its control socket. */
export class ControlRoom {
  readonly home: TestHome;
  readonly client: Client;
  tmux: PrivateTmux;
  worker: WorkerProcess;

  private constructor(tmux: PrivateTmux, { config, env }: RoomOptions) {
    this.home = new TestHome(env);
    this.tmux = tmux;
    if (config !== undefined) this.home.writeConfig(config);
    this.client = openClient({ directories: { ...this.home, runtime: this.home.runtime } });
    this.worker = this.start();
  }

  static async open(options: RoomOptions = {}): Promise<ControlRoom> {
    const room = new ControlRoom(await privateTmux(), options);
    await room.untilOpen();
    return room;
  }

  start(): WorkerProcess {
    this.worker = this.home.startWorker('--socket-name', this.tmux.name);
    return this.worker;
  }

  async untilOpen(): Promise<void> {
    for (let i = 0; i < 400; i++) {
      try {
        await this.client.call('agent.list', {});
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
    throw new Error(`the worker did not open its socket: ${this.worker.errors}`);
  }

  /** Starts a stand-in and waits until it is ready. */
  async spawn(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.begin(name, more);
    await this.home.untilState(name, 'idle');
  }

  /** Starts a stand-in that is quick to come up. */
  begin(name: string, more: Readonly<Record<string, unknown>> = {}) {
    const args = ['--startup-ms', '50'];
    return this.client.call('agent.spawn', {
      name,
      profile: 'stand-in',
      directory: this.home.path,
      args,
      ...more,
    });
  }

  pidOf(name: string): number {
    return this.home.agent(name).process?.pid ?? 0;
  }

  async close(): Promise<void> {
    await this.home.close();
    await this.tmux.close();
  }
}
