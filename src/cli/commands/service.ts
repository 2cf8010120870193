import type { Command } from 'commander';
import { type Context, openContext } from '../context.ts';
import { addHelp } from '../help.ts';

const DRY_RUN: [string, string] = ['--dry-run', 'show the files and commands, and do nothing'];

/** `service VERB`: the worker as a service of systemd or launchd. */
export function addServiceCommands(program: Command): void {
  const service = program
    .command('service')
    .description(
      'run the worker as a service of systemd or launchd, which start it at login and again when it fails',
    );
  addHelp(service, {
    examples: [
      'tmux-orchestrator service install     then: tmux-orchestrator service start',
      'tmux-orchestrator service status',
      'tmux-orchestrator service logs --follow --agent claude-3',
    ],
    exits: [1, 3, 4, 78],
    notes: ['Stopping, restarting and removing the service never touches an agent: they belong to tmux.'],
  });
  addInstall(service);
  addUninstall(service);
  addControl(service);
  addStatus(service);
  addLogs(service);
}

function addInstall(service: Command): void {
  const command = service
    .command('install')
    .description('install the service, or bring it up to date; a running worker is replaced')
    .option('--now', 'start the worker too')
    .option(
      '--force',
      'replace a file that was changed by hand, or that another copy of the program installed',
    )
    .option(...DRY_RUN)
    .action(async (options: { now?: true; force?: true; dryRun?: true }) => {
      const { installService } = await import('../service/install.ts');
      await installService(openContext(command), options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator service install --now',
      'tmux-orchestrator service install --dry-run     see everything first',
    ],
    exits: [1, 78],
    notes: [
      'The path of Node.js and PATH are written into the file: repeat this after a change of either.',
      'Changes of your own belong in a drop-in: systemctl --user edit tmux-orchestrator',
    ],
  });
}

function addUninstall(service: Command): void {
  const command = service
    .command('uninstall')
    .description('stop the worker and remove the service; agents go on')
    .option('--purge', 'remove the durable state too: journal of events and all')
    .option('--force', 'remove a file that was changed by hand')
    .option(...DRY_RUN)
    .action(async (options: { purge?: true; force?: true; dryRun?: true }) => {
      const { uninstallService } = await import('../service/uninstall.ts');
      await uninstallService(openContext(command), options);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator service uninstall', 'tmux-orchestrator service uninstall --purge'],
    exits: [1, 78],
  });
}

interface Verb {
  name: string;
  description: string;
  exits: readonly number[];
  act(context: Context, options: { dryRun?: true }): Promise<void>;
}

function addControl(service: Command): void {
  for (const { name, description, exits, act } of VERBS) {
    const command = service
      .command(name)
      .description(description)
      .option(...DRY_RUN)
      .action((options: { dryRun?: true }) => act(openContext(command), options));
    addHelp(command, {
      examples: [`tmux-orchestrator service ${name}`, `tmux-orchestrator service ${name} --dry-run`],
      exits,
    });
  }
}

const loadControl = () => import('../service/control.ts');

const VERBS: readonly Verb[] = [
  {
    name: 'start',
    description: 'start the worker and wait until it is ready; also after it failed too often',
    exits: [1, 4, 78],
    act: async (...words) => (await loadControl()).startService(...words),
  },
  {
    name: 'stop',
    description: 'stop the worker; agents go on',
    exits: [1, 4, 78],
    act: async (...words) => (await loadControl()).stopService(...words),
  },
  {
    name: 'restart',
    description: 'replace the worker by a new one; agents go on',
    exits: [1, 4, 78],
    act: async (...words) => (await loadControl()).restartService(...words),
  },
];

function addStatus(service: Command): void {
  const command = service
    .command('status')
    .description('show whether the service is installed, current and running')
    .action(async () => {
      const { showServiceStatus } = await import('../service/show-status.ts');
      await showServiceStatus(openContext(command));
    });
  addHelp(command, {
    examples: ['tmux-orchestrator service status', 'tmux-orchestrator service status --json | jq .activity'],
    exits: [1, 3, 4, 78],
    notes: ['What the agents are doing shows: tmux-orchestrator status'],
  });
}

function addLogs(service: Command): void {
  const command = service
    .command('logs')
    .description("show the worker's log, from the journal of systemd or from its file")
    .option('-f, --follow', 'go on with new lines, until interrupted')
    .option('--since <time>', 'from then on: 2h, 90s, "2026-11-22 15:00"')
    .option('--agent <name>', 'only lines about this agent')
    .option('--lines <number>', 'the newest so many lines (default: 200)')
    .action(async (options: { follow?: true; since?: string; agent?: string; lines?: string }) => {
      const { showLogs } = await import('../service/show-logs.ts');
      await showLogs(openContext(command), options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator service logs --follow',
      'tmux-orchestrator service logs --since 2h --agent claude-3',
      'journalctl --user -u tmux-orchestrator -p warning     what needed a person',
    ],
    exits: [1, 78],
    notes: ['--json prints one object a line: at, level, message, pid, and the fields of the line.'],
  });
}
