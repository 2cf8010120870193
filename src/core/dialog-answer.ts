import { OrchestratorError } from '../base/errors.ts';
import type { Agent } from '../model/agent.ts';
import type { Dialog } from '../model/dialog.ts';
import { type DialogReading, findDialog, sealDialog } from '../model/dialog-reading.ts';
import { pressKeyIf } from '../tmux/keys.ts';
import { readPaneSigns } from '../tmux/pane-signs.ts';
import type { TmuxServer } from '../tmux/server.ts';
import type { Ground } from './ground.ts';
import { getManaged } from './managed.ts';
import { dialogSeed, type WatchedAgent } from './watched-agent.ts';

export interface DialogChoice {
  dialog: string;
  option?: number | undefined;
  decision?: 'approve' | 'deny' | undefined;
}

interface Scene {
  ground: Ground;
  agent: WatchedAgent;
  server: TmuxServer;
}

/** What an agent shows now: the dialog, if one can be read, and where the cursor stands. */
interface Seen {
  reading: DialogReading | null;
  state: string;
  cursor: readonly [number, number];
}

/** Looks after one key before it counts as not taken. Milliseconds. */
const LOOKS_MAX = 20;
const LOOK_AGAIN_MS = 60;
/** Keys in all; no dialog has so many options. */
const KEYS_MAX = 40;

/**
 * Chooses an option of the very dialog that `choice` names: moves to it key by key, looks after each, and confirms only what it sees
 * selected. Throws `REFUSED` where another dialog, or none, stands there, with what does.
 */
export function answerDialog(ground: Ground, name: string, choice: DialogChoice): Promise<Agent> {
  const agent = getManaged(ground, name);
  return ground.turns.take(agent.pane.id, async () => {
    const scene = { ground, agent: getManaged(ground, name), server: ground.server() };
    await checkPane(scene);
    const { dialog } = readNamed(scene, await see(scene), choice.dialog);
    const option = pickOption(dialog, choice, name);
    await moveTo(scene, choice.dialog, option);
    await confirm(scene, choice.dialog, option);
    const described = ground.roster.describe(name);
    if (described === undefined) throw gone(name);
    return described;
  });
}

async function checkPane({ ground, agent, server }: Scene): Promise<void> {
  const signs = await readPaneSigns(server, agent.pane.id);
  if (signs.tag !== agent.name) throw gone(agent.name);
  const { mail } = ground.settings().config;
  const quietMs =
    signs.humanActiveAt === null ? Number.POSITIVE_INFINITY : ground.clock.now() - signs.humanActiveAt;
  if (quietMs >= mail.humanQuietMs) return;
  throw new OrchestratorError('REFUSED', `a person is typing into the pane of ${agent.name}`, {
    field: 'name',
    hint: 'try again in a moment',
  });
}

async function see({ ground, agent, server }: Scene): Promise<Seen> {
  const { look, screen, verdict } = await ground.observer().inspect(agent, server);
  const found = findDialog(screen, agent.profile, verdict.state, '');
  return {
    // The same seed as the watch's, so that it is the same dialog by its id.
    reading: found && { ...found, dialog: sealDialog(found.dialog, dialogSeed(agent)) },
    state: verdict.state,
    cursor: look.cursor,
  };
}

function readNamed({ agent }: Scene, { reading, state }: Seen, id: string): DialogReading {
  if (reading?.dialog.id === id) return reading;
  const [present, hint] =
    reading === null
      ? [
          `no dialog that can be read (it is ${state})`,
          `look at it with: tmux-orchestrator agent read ${agent.name}`,
        ]
      : [`dialog ${reading.dialog.id}`, `see what it asks with: tmux-orchestrator agent show ${agent.name}`];
  throw new OrchestratorError(
    'REFUSED',
    `dialog ${id} does not stand on the screen of ${agent.name}, but ${present}`,
    {
      field: 'dialog',
      hint,
    },
  );
}

function pickOption(dialog: Dialog, { option, decision }: DialogChoice, name: string): number {
  const number = option ?? (decision === undefined ? null : dialog[decision]);
  if (number === null) {
    throw new OrchestratorError(
      'REFUSED',
      `it is not known for sure which option of dialog ${dialog.id} means ${decision ?? 'what'}`,
      {
        field: 'decision',
        hint: `say --option N; see them with: tmux-orchestrator agent show ${name}`,
      },
    );
  }
  if (dialog.options.some((one) => one.number === number)) return number;
  throw new OrchestratorError('REFUSED', `dialog ${dialog.id} has no option ${number}`, {
    field: 'option',
    hint: `its options are ${dialog.options.map((one) => one.number).join(', ')}`,
  });
}

/** One key at a time; the next only after the selection was seen to have moved. */
async function moveTo(scene: Scene, id: string, wanted: number): Promise<void> {
  for (let keys = 0; keys < KEYS_MAX; keys++) {
    const seen = await see(scene);
    const { dialog, spec } = readNamed(scene, seen, id);
    const selected = indexOfSelected(dialog);
    const target = dialog.options.findIndex(({ number }) => number === wanted);
    if (selected === target) return;
    const key = target < selected ? spec.back : spec.on;
    await pressKeyIf(scene.server, scene.agent.pane.id, { cursor: seen.cursor }, key);
    await untilSeen(
      scene,
      ({ reading }) => reading?.dialog.id !== id || indexOfSelected(reading.dialog) !== selected,
    );
  }
  throw new OrchestratorError('REFUSED', `option ${wanted} of dialog ${id} cannot be reached`, {
    field: 'option',
  });
}

function indexOfSelected({ options }: Dialog): number {
  return options.findIndex(({ selected }) => selected);
}

/** Confirms what is seen selected in this moment; afterwards the dialog must have gone. */
async function confirm(scene: Scene, id: string, wanted: number): Promise<void> {
  const { ground, agent, server } = scene;
  const seen = await see(scene);
  const { dialog, spec } = readNamed(scene, seen, id);
  const selected = dialog.options[indexOfSelected(dialog)];
  const stands =
    selected?.number === wanted &&
    (await pressKeyIf(server, agent.pane.id, { cursor: seen.cursor }, spec.confirm));
  if (!stands) {
    throw new OrchestratorError(
      'REFUSED',
      `the screen of ${agent.name} changed in the last moment; nothing was chosen`,
      {
        field: 'dialog',
        hint: 'look at it and try again',
      },
    );
  }
  ground.request(agent.pane.id);
  if (await untilSeen(scene, ({ reading }) => reading?.dialog.id !== id)) return;
  throw new OrchestratorError(
    'REFUSED',
    `dialog ${id} still stands on the screen of ${agent.name} after option ${wanted} was confirmed`,
    {
      field: 'dialog',
      hint: `look at it with: tmux-orchestrator agent read ${agent.name}`,
    },
  );
}

async function untilSeen(scene: Scene, isSo: (seen: Seen) => boolean): Promise<boolean> {
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    await new Promise<void>((resolve) => scene.ground.clock.after(LOOK_AGAIN_MS, resolve));
    if (isSo(await see(scene))) return true;
  }
  return false;
}

function gone(name: string): OrchestratorError {
  return new OrchestratorError('NOT_FOUND', `the pane of ${name} is not there any more`, { field: 'name' });
}
