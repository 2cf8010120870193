import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

/** An option of all commands about roles and teams. */
export const DIRECTORY = ['--directory <dir>', 'project whose own files count too', '.'] as const;

/** `role VERB`. */
export function addRoleCommands(program: Command): void {
  const role = program.command('role').description('roles: what agents are told when they begin');
  addHelp(role, {
    examples: ['tmux-orchestrator role list', 'tmux-orchestrator role show reviewer'],
    exits: [3, 4, 5, 78],
    notes: [
      'A role is a Markdown file with YAML in front: shipped ones, yours in ~/.config/tmux-orchestrator/roles,',
      "a project's in its .tmux-orchestrator/roles. Later ones win over earlier ones of the same name.",
    ],
  });
  addList(role);
  addShow(role);
  addNew(role);
}

function addList(role: Command): void {
  const command = role
    .command('list')
    .description('list roles: name, where from, what for')
    .option(...DIRECTORY)
    .action(async ({ directory }: { directory: string }) => {
      const context = openContext(command);
      const { listRoles } = await import('../role-list.ts');
      await listRoles(context, directory);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator role list', 'tmux-orchestrator role list --directory ~/shop --json'],
    exits: [3, 78],
  });
}

function addShow(role: Command): void {
  const command = role
    .command('show')
    .description('show a role with its briefing')
    .argument('<role>', 'its name')
    .option(...DIRECTORY)
    .action(async (name: string, { directory }: { directory: string }) => {
      const context = openContext(command);
      const { showRole } = await import('../role-list.ts');
      await showRole(context, name, directory);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator role show developer', 'tmux-orchestrator role show developer --json'],
    exits: [3, 4, 5, 78],
  });
}

function addNew(role: Command): void {
  const command = role
    .command('new')
    .description('write a new role of your own, empty or as a copy of another, and print its path')
    .argument('<role>', 'its name')
    .option('--from <role>', 'copy this one')
    .option(...DIRECTORY)
    .action(async (name: string, options: { from?: string; directory: string }) => {
      const context = openContext(command);
      const { createRole } = await import('../role-list.ts');
      await createRole(context, name, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator role new data-engineer',
      '$EDITOR "$(tmux-orchestrator role new strict-reviewer --from reviewer)"',
    ],
    exits: [3, 4, 5, 78],
    notes: ["A copy of a project's role that is not trusted goes without its commands and variables."],
  });
}
