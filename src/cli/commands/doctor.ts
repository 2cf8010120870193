import type { Command } from 'commander';
import { openContextUnchecked } from '../context.ts';
import { addHelp } from '../help.ts';

export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('check everything that the worker needs, and say how to mend what is wrong')
    .action(async () => {
      const context = openContextUnchecked(command);
      const { examine } = await import('../doctor/doctor.ts');
      await examine(context);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator doctor', 'tmux-orchestrator doctor --json'],
    exits: [1],
    notes: ['A warning is no failure: the worker runs, with something missing.'],
  });
}
