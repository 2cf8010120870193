import { cleanLine } from '../base/text.ts';
import { type Command, command } from './quoting.ts';
import type { TmuxServer } from './server.ts';

/** How long it stands on the status line unless a key is pressed. Milliseconds. */
const SHOW_MS = 10_000;
const CHARS_MAX = 200;
const CLIENTS_MAX = 20;

/** Shows a line to everybody who is attached; what runs in control mode has no status line. Gives to how many. */
export async function showToClients(server: TmuxServer, text: string): Promise<number> {
  const [lines = []] = await server.run([
    command('list-clients', '-F', '#{client_control_mode} #{client_name}'),
  ]);
  const clients = lines
    .filter((line) => /^0 \/dev\/[\w./-]+$/.test(line))
    .map((line) => line.slice(2))
    .slice(0, CLIENTS_MAX);
  await Promise.all(clients.map((client) => server.run([compose(client, text)])));
  return clients.length;
}

function compose(client: string, text: string): Command {
  return command('display-message', '-c', client, '-d', String(SHOW_MS), writeLiterally(text));
}

/** `display-message` expands `#(…)`, `#{…}` and the `%` of strftime(3); doubled they are only characters. `-l` came with tmux 3.4. */
function writeLiterally(text: string): string {
  return cleanLine(text, CHARS_MAX).replace(/[#%]/g, '$&$&');
}
