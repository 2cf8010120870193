import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCREENS } from '../../helpers/painted-agent.ts';
import { until } from '../../helpers/until.ts';
import { INSIDE, type Rig } from './rig.ts';

const FIXTURE = '../../fixtures/screens/claude-2.1.330/usage-limit-5h-80x24-1.json';

type Look = 'idle' | 'approval' | 'limited';

/** Processes called `claude` in panes of the user's default tmux server, each with a screen painted at its start. */
export async function writeAgentScreens(rig: Rig): Promise<void> {
  const screens: Record<Look, string> = {
    idle: SCREENS.idle,
    approval: SCREENS.approval,
    limited: limitedScreen(),
  };
  for (const [look, screen] of Object.entries(screens)) await rig.writeFile(screenFile(look as Look), screen);
}

/** A tmux command that opens them, one window each; the first words of it make the session. */
export function agentWords(looks: readonly Look[]): string[] {
  return looks.flatMap((look, i) => [
    ...(i === 0 ? ['new-session', '-d', '-x', '80', '-y', '24'] : [';', 'new-window', '-d']),
    ...['bash', '-c', `cat ${screenFile(look)}; exec -a claude sleep 3600`],
  ]);
}

/** Pid and start time of each pane's process: together they never mean another one. */
export async function readPanes(rig: Rig, count: number): Promise<string[]> {
  const script = `for pid in $(tmux list-panes -a -F '#{pane_pid}'); do echo "$pid $(cut -d' ' -f22 /proc/$pid/stat)"; done`;
  return until(async () => {
    const lines = (await rig.shell(script)).split('\n');
    return lines.length === count ? lines : undefined;
  });
}

function screenFile(look: Look): string {
  return `${INSIDE.home}/screens/${look}`;
}

function limitedScreen(): string {
  const { text, cursor } = JSON.parse(readFileSync(join(import.meta.dirname, FIXTURE), 'utf8'));
  const rows = String(text).replace(/\n$/, '').split('\n');
  return `\u001b[2J\u001b[H${rows.join('\r\n')}\u001b[${cursor[1] + 1};${cursor[0] + 1}H`;
}
