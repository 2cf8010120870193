import { Argument, type Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function addCompletionCommand(program: Command): void {
  const command = program
    .command('completion')
    .description('print a script that completes commands, options and names of agents and schedules')
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { output } = openContext(command);
      const { writeCompletion } = await import('../completion-script.ts');
      output.raw(writeCompletion(program, shell));
    });
  addHelp(command, {
    examples: [
      'source <(tmux-orchestrator completion bash)     in ~/.bashrc',
      'tmux-orchestrator completion zsh > "$fpath[1]/_tmux-orchestrator"',
      'tmux-orchestrator completion fish > ~/.config/fish/completions/tmux-orchestrator.fish',
    ],
  });
  addHiddenAnswers(program);
}

/** What completion scripts ask while somebody waits with a finger on the key: says nothing rather than anything wrong or late. */
function addHiddenAnswers(program: Command): void {
  program
    .command('__complete', { hidden: true })
    .argument('<what>')
    .action(async (what: string) => {
      const { listNames } = await import('../completion-answers.ts');
      await listNames(what);
    });
}
