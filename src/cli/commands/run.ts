import { type Command, Option } from 'commander';
import { endWith, openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { runWithTable } from '../live-table.ts';
import { parsePort } from '../option-values.ts';

interface RunOptions {
  table?: true;
  logLevel?: string;
  port?: number;
  allowRemote?: true;
  supervisor: 'auto' | 'systemd' | 'launchd' | 'none';
}

export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('run the worker in the foreground, until SIGTERM or SIGINT')
    .option('--table', 'show a live table of all agents in place of the log')
    .addOption(new Option('--log-level <level>', 'what the log tells').choices(LOG_LEVELS))
    .option(
      '--port <number>',
      'listen there too, for programs that have a token; 0: any that is free',
      parsePort,
    )
    .option('--allow-remote', 'let api.host be an address that others reach; see SECURITY.md')
    .addOption(
      new Option('--supervisor <name>', 'who started the worker and starts it again')
        .choices(['auto', 'systemd', 'launchd', 'none'])
        .default('auto'),
    )
    .action(async (options: RunOptions) => {
      const context = openContext(command);
      const { configFile, options: global } = context;
      const flags = {
        'tmux.socketName': global.socketName,
        'tmux.socketPath': global.socketPath,
        'log.level': options.logLevel,
        'api.port': options.port,
        'api.allowRemote': options.allowRemote,
      };
      if (options.table) return runWithTable(context, { configFile, flags });
      const { runWorker } = await import('../../worker/worker.ts');
      const { supervisor } = options;
      endWith(await runWorker({ silent: false, configFile, flags, supervisor }));
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator run --table',
      'tmux-orchestrator run --socket-name work',
      'systemctl --user start tmux-orchestrator     the same, started again when it fails',
    ],
    exits: [1, 75, 78],
    notes: ['SIGHUP reads the configuration again. One worker runs for each runtime directory.'],
  });
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
