import { Argument, type Command } from 'commander';
import { endWith, openContext } from '../context.ts';
import { addHelp } from '../help.ts';

/** Programs whose configuration is known. */
export const MCP_CLIENTS = ['claude', 'codex', 'gemini', 'opencode', 'vscode'] as const;

/** `mcp`, `mcp install`. */
export function addMcpCommands(program: Command): void {
  const mcp = program
    .command('mcp')
    .description('serve the Model Context Protocol over standard input and output')
    .action(async () => {
      const context = openContext(mcp);
      const { serveMcp } = await import('../mcp-stdio.ts');
      await serveMcp(context);
      endWith(0);
    });
  addHelp(mcp, {
    examples: [
      'tmux-orchestrator mcp install claude',
      'tmux-orchestrator mcp --token-file ~/.config/ada.token',
    ],
    exits: [2, 78],
    notes: [
      'Clients start it by themselves once it is installed. Without a token it speaks for the agent in whose pane it runs, else for you.',
      'Over HTTP the same tools are at /mcp of the control socket and of the network door.',
    ],
  });
  addInstall(mcp);
}

function addInstall(mcp: Command): void {
  const command = mcp
    .command('install')
    .description('write it into the configuration of an MCP client; no secret goes in')
    .addArgument(new Argument('<client>', 'the client').choices(MCP_CLIENTS))
    .option('--project', 'for the project in this directory, not for all of yours')
    .option('-n, --dry-run', 'show what would be written')
    .action(async (client: (typeof MCP_CLIENTS)[number], options: { project?: true; dryRun?: true }) => {
      const context = openContext(command);
      const { installMcp } = await import('../mcp-install.ts');
      installMcp(context, client, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator mcp install codex --dry-run',
      'tmux-orchestrator mcp install claude --project',
    ],
    exits: [2, 5],
    notes: ['Everything else in the file stays as it is. Doing it again changes nothing.'],
  });
}
