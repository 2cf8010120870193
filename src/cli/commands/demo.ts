import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { runWithTable } from '../live-table.ts';

export function addDemoCommand(program: Command): void {
  const command = program
    .command('demo')
    .description('show the live table with three stand-in agents on a private tmux server')
    .action(async () => {
      const context = openContext(command);
      const { startDemoServer } = await import('../../tmux/demo-server.ts');
      const { loadConfig } = await import('../../store/config-file.ts');
      const { config } = loadConfig({
        directory: context.directories.config,
        file: context.configFile,
        env: process.env,
      });
      const server = await startDemoServer(config.tmux.program, context.uid);
      try {
        context.output.note(`look at the agents with: tmux -L ${server.address.arguments[1]} attach`);
        const flags = { 'tmux.socketName': server.address.arguments[1] };
        await runWithTable(context, { configFile: context.configFile, flags });
      } finally {
        await server.close();
      }
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator demo',
      'tmux -L tmux-orchestrator-demo attach     in another terminal: see them at work',
    ],
    exits: [1, 75, 78],
    notes: ['Ctrl-C ends the agents, their tmux server and the worker.'],
  });
}
