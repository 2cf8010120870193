import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { OrchestratorError } from '../base/errors.ts';
import { launchTmuxServer } from '../host/server-launch.ts';
import { buildServerEnvironment } from '../model/environment.ts';
import { type NewPane, newSessionWords } from '../tmux/pane-start.ts';
import type { TmuxServer } from '../tmux/server.ts';
import { hasSessions } from '../tmux/sessions.ts';
import type { Ground } from './ground.ts';

/** To be started and connected to. Milliseconds. */
const SERVER_TIMEOUT_MS = 15_000;

/**
 * The tmux server. Where none runs one is started, whose first session is the one that the pane is wanted in, with a holder in it.
 * Throws `TMUX` where it cannot be started, `TMUX_GONE` where there is no connection in time.
 */
export async function ensureServer(
  ground: Ground,
  first: NewPane,
  env: NodeJS.ProcessEnv,
): Promise<TmuxServer> {
  try {
    return ground.server();
  } catch (error) {
    if (!(error instanceof OrchestratorError) || error.code !== 'TMUX_GONE') throw error;
  }
  const { program, address } = ground.tmux;
  // It may be there, and only not be connected yet.
  if (!(await hasSessions(ground.tmux))) {
    await launchTmuxServer(
      {
        name: `${basename(address.path).replace(/[^A-Za-z0-9_-]/g, '_')}-${hash(address.path)}`,
        words: [program, ...address.arguments, ...newSessionWords(first)],
        ...{ directory: first.directory, env: buildServerEnvironment(env) },
      },
      env,
    );
  }
  return ground.awaitServer(SERVER_TIMEOUT_MS);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
