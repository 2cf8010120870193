import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseTimeout } from '../option-values.ts';
import type { TeamDownOptions } from '../team-down.ts';
import type { TeamUpOptions } from '../team-up.ts';
import { DIRECTORY } from './role.ts';

/** `team VERB`. */
export function addTeamCommands(program: Command): void {
  const team = program.command('team').description('teams: agents that are started and stopped together');
  addHelp(team, {
    examples: ['tmux-orchestrator team up fullstack --worktrees', 'tmux-orchestrator team status fullstack'],
    exits: [3, 4, 5, 7, 8, 78],
    notes: [
      "A team is a YAML file: shipped ones, yours in ~/.config/tmux-orchestrator/teams, a project's in its",
      '.tmux-orchestrator/teams. Later ones win over earlier ones of the same name.',
    ],
  });
  addUp(team);
  addDown(team);
  addDone(team);
  addStatus(team);
  addList(team);
  addShow(team);
  addValidate(team);
}

function addUp(team: Command): void {
  const command = team
    .command('up')
    .description('start the members of a team that are not there, and wait until each is ready')
    .argument('<team>', 'its name')
    .option('--directory <dir>', "where they work; the project's own files count too", '.')
    .option('--worktrees', 'each member in a git worktree of its own, beside the repository')
    .option('--no-wait', 'do not wait until they are ready')
    .option('--timeout <duration>', 'wait at most so long: 60s, 10m (default: 120s)', parseTimeout)
    .action(async (name: string, options: TeamUpOptions) => {
      const context = openContext(command);
      const { bringTeamUp } = await import('../team-up.ts');
      await bringTeamUp(context, name, options);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator team up review',
      'tmux-orchestrator team up fullstack --directory ~/shop --worktrees',
    ],
    exits: [3, 4, 5, 7, 8, 78],
    notes: [
      'It can be repeated: who is there stays as it is. Each member succeeds or fails by itself; 8 where some failed.',
      'Worktrees lie in REPOSITORY-worktrees/MEMBER beside the repository, on branches team/TEAM/MEMBER, which begin',
      'at the commit that is checked out. What is not committed is not in them.',
    ],
  });
}

function addDown(team: Command): void {
  const command = team
    .command('down')
    .description('stop the members of a team, the lead last')
    .argument('<team>', 'its name')
    .option(...DIRECTORY)
    .option('--force', 'end them at once, without asking them to leave')
    .option('--worktrees', 'remove their worktrees too, but for those with work of their own')
    .action(async (name: string, options: TeamDownOptions) => {
      const context = openContext(command);
      const { takeTeamDown } = await import('../team-down.ts');
      await takeTeamDown(context, name, options);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator team down review', 'tmux-orchestrator team down fullstack --worktrees'],
    exits: [3, 4, 5, 8, 78],
    notes: [
      'Only worktrees that team up made are removed, and only those without uncommitted changes and without commits that',
      'are on no other branch or remote. Files that git ignores go with them.',
    ],
  });
}

function addDone(team: Command): void {
  const command = team
    .command('done')
    .description('say that a team has finished: it may be idle from now on')
    .argument('<team>', 'its name')
    .action(async (name: string) => {
      const context = openContext(command);
      const { finishTeam } = await import('../notice-list.ts');
      await finishTeam(context, name);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator team done review'],
    exits: [3, 4, 5, 78],
    notes: [
      'Its members stay as they are. An agent may say so only of the team that it leads; team up begins it anew.',
    ],
  });
}

function addStatus(team: Command): void {
  const command = team
    .command('status')
    .description('show what the members of a team are doing')
    .argument('<team>', 'its name')
    .option(...DIRECTORY)
    .action(async (name: string, { directory }: { directory: string }) => {
      const context = openContext(command);
      const { showTeamStatus } = await import('../team-list.ts');
      await showTeamStatus(context, name, directory);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator team status review', 'tmux-orchestrator team status review --json'],
    exits: [3, 4, 5, 78],
  });
}

function addList(team: Command): void {
  const command = team
    .command('list')
    .description('list teams: name, where from, what for')
    .option(...DIRECTORY)
    .action(async ({ directory }: { directory: string }) => {
      const context = openContext(command);
      const { listTeams } = await import('../team-list.ts');
      await listTeams(context, directory);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator team list', 'tmux-orchestrator team list --directory ~/shop --json'],
    exits: [3, 78],
  });
}

function addShow(team: Command): void {
  const command = team
    .command('show')
    .description('show a team as it is defined')
    .argument('<team>', 'its name')
    .option(...DIRECTORY)
    .action(async (name: string, { directory }: { directory: string }) => {
      const context = openContext(command);
      const { showTeam } = await import('../team-list.ts');
      await showTeam(context, name, directory);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator team show fullstack', 'tmux-orchestrator team show fullstack --json'],
    exits: [3, 4, 5, 78],
  });
}

function addValidate(team: Command): void {
  const command = team
    .command('validate')
    .description('check a team file; needs no worker')
    .argument('<file>', 'the file, called NAME.yaml')
    .action(async (file: string) => {
      const context = openContext(command);
      const { validateTeam } = await import('../team-list.ts');
      await validateTeam(context, file);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator team validate .tmux-orchestrator/teams/web.yaml'],
    exits: [4, 5, 78],
    notes: ['A file that is wrong gives 2, and file, line and field of what is wrong.'],
  });
}
