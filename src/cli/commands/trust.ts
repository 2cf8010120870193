import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

/** `trust FILE`, `trust list`, `trust remove FILE`. */
export function addTrustCommands(program: Command): void {
  const trust = program
    .command('trust')
    .description("let a project's role or team file set commands and variables, as it is now")
    .argument('<file>', 'the file; one that is called list or remove: ./list')
    .option('-y, --yes', 'do not ask')
    .action(async (file: string, { yes }: { yes?: true }) => {
      const context = openContext(trust);
      const { trustFile } = await import('../trust-list.ts');
      await trustFile(context, file, yes === true);
    });
  addHelp(trust, {
    examples: [
      'tmux-orchestrator trust .tmux-orchestrator/teams/web.yaml',
      'tmux-orchestrator trust list',
      'tmux-orchestrator trust remove .tmux-orchestrator/teams/web.yaml',
    ],
    exits: [3, 4, 5, 78],
    notes: [
      'It shows the commands and variables first, and asks. A file that changes is not trusted any more. Files of your own',
      'in ~/.config/tmux-orchestrator need no trust. Agents cannot trust files.',
    ],
  });
  addList(trust);
  addRemove(trust);
}

function addList(trust: Command): void {
  const command = trust
    .command('list')
    .description('list files that are trusted: since when, hash, path')
    .action(async () => {
      const context = openContext(command);
      const { listTrusted } = await import('../trust-list.ts');
      await listTrusted(context);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator trust list', 'tmux-orchestrator trust list --json'],
    exits: [3, 78],
  });
}

function addRemove(trust: Command): void {
  const command = trust
    .command('remove')
    .description('trust a file no longer')
    .argument('<file>', 'the file; it may be gone')
    .action(async (file: string) => {
      const context = openContext(command);
      const { removeTrust } = await import('../trust-list.ts');
      await removeTrust(context, file);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator trust remove .tmux-orchestrator/roles/developer.md'],
    exits: [3, 4, 78],
  });
}
