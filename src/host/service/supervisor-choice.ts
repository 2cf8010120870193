import { OrchestratorError } from '../../base/errors.ts';
import type { Supervisor } from './service-facts.ts';

/** What was found of the machine. */
export interface SupervisorSigns {
  platform: NodeJS.Platform;
  uid: number;
  /** systemd is the machine's init: `/run/systemd/system` is there, as sd_booted(3) asks. */
  systemdBooted: boolean;
  runtimeDirectory: string | undefined;
  /** What the user's manager says of itself; nothing where there is no systemctl. */
  answer: { version: string; unitFolders: readonly string[] } | { refusal: string } | undefined;
}

/** From here on restarts may wait longer each time, and the worker can be handed its notify socket. */
const GROWING_DELAY_SINCE = 254;

/** Who can look after a worker here. Throws `CONFIG` with what to do where nobody can. */
export function chooseSupervisor(signs: SupervisorSigns): Supervisor {
  const { platform, systemdBooted, runtimeDirectory, uid, answer } = signs;
  if (platform === 'darwin') return { kind: 'launchd' };
  if (platform !== 'linux' || !systemdBooted || answer === undefined) throw nobody();
  if (!runtimeDirectory) {
    throw refuse('XDG_RUNTIME_DIR is not set: the systemd manager of this user cannot be found', [
      `export XDG_RUNTIME_DIR=/run/user/${uid}`,
      'with su or sudo, log in for real: machinectl shell USER@',
    ]);
  }
  if ('refusal' in answer) {
    throw refuse(`the systemd manager of this user does not answer: ${answer.refusal}`, [
      'log in as this user (not by su or sudo)',
      'or let it run without a login: sudo loginctl enable-linger $USER',
    ]);
  }
  const version = Number(/\d+/.exec(answer.version)?.[0]);
  const unitFolder = answer.unitFolders.find((folder) => folder.endsWith('/systemd/user'));
  if (Number.isInteger(version) && unitFolder !== undefined) return { kind: 'systemd', version, unitFolder };
  throw refuse(`systemd does not tell its version and unit path (${JSON.stringify(answer)})`, BY_HAND);
}

/** Name of the file in `systemd/` for this version. */
export function chooseUnitTemplate(version: number): string {
  return version >= GROWING_DELAY_SINCE ? 'tmux-orchestrator.service' : 'tmux-orchestrator-v252.service';
}

const BY_HAND = [
  'run it by hand: tmux-orchestrator run',
  'in a container make that the main process and let its restart policy start it again',
];

function nobody(): OrchestratorError {
  return refuse('neither systemd nor launchd runs here, so there is nothing to install into', BY_HAND);
}

function refuse(message: string, hints: readonly string[]): OrchestratorError {
  return new OrchestratorError('CONFIG', message, { hint: hints.join('; ') });
}
