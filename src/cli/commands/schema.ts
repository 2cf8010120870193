import { Argument, type Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';

const SCHEMAS = ['agent', 'worker', 'usage', 'event', 'recording', 'profile', 'config'] as const;
/** Files that programs read or people write. */
export type SchemaName = (typeof SCHEMAS)[number];

export function addSchemaCommand(program: Command): void {
  const command = program
    .command('schema')
    .description('print the JSON Schema of a kind of file')
    .addArgument(new Argument('<kind>', 'what the file holds').choices(SCHEMAS))
    .action(async (name: SchemaName) => {
      const { output } = openContext(command);
      const { describeSchema } = await import('../schemas.ts');
      output.raw(`${JSON.stringify(describeSchema(name), null, 2)}\n`);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator schema agent', 'tmux-orchestrator schema profile > profile.schema.json'],
  });
}
