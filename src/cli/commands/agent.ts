import type { Command } from 'commander';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { addAgentControlCommands } from './agent-control.ts';
import { addAgentListCommand } from './agent-list.ts';
import { addAgentAnswerCommand, addAgentSendCommand } from './agent-send.ts';
import { addAgentSpawnCommand } from './agent-spawn.ts';
import { addAgentWaitCommand } from './agent-wait.ts';
import { addExplainOptions } from './explain.ts';

/** `agent VERB`: everything about single agents. */
export function addAgentCommands(program: Command): void {
  const agent = program
    .command('agent')
    .description('start agents, look at them, write to them, control them');
  addHelp(agent, {
    examples: [
      'tmux-orchestrator agent list --needs-person',
      'tmux-orchestrator agent read claude-3',
      'tmux-orchestrator agent wait claude-3 --state idle --timeout 10m',
      'tmux-orchestrator agent spawn developer-1 --role developer --brief @task.md',
      'tmux-orchestrator agent send developer-1 "run the tests" --wait answered',
    ],
    exits: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 78],
  });
  addAgentListCommand(agent);
  addShow(agent);
  addRead(agent);
  addExplain(agent);
  addRecord(agent);
  addAgentWaitCommand(agent);
  addAgentSpawnCommand(agent);
  addAgentSendCommand(agent);
  addAgentAnswerCommand(agent);
  addAgentControlCommands(agent);
}

/** What completion scripts fill in agents' names for. */
export const AGENT_NAME = 'name';

function addShow(agent: Command): void {
  const command = agent
    .command('show')
    .description('show everything that is known of one agent')
    .argument(`<${AGENT_NAME}>`, 'name of the agent')
    .action(async (name: string) => {
      const context = openContext(command);
      const { showAgent } = await import('../agent-details.ts');
      showAgent(context, name);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator agent show claude-3', 'tmux-orchestrator agent show claude-3 --json'],
    exits: [3, 4, 78],
  });
}

function addRead(agent: Command): void {
  const command = agent
    .command('read')
    .description("print an agent's screen as it is now")
    .argument(`<${AGENT_NAME}>`, 'name of the agent')
    .option('--lines <count>', 'only its last lines')
    .option('--ansi', 'keep colours; the text is whatever the agent wrote')
    .action(async (name: string, options: { lines?: string; ansi?: true }) => {
      const context = openContext(command);
      const { readScreenOf } = await import('../agent-screen.ts');
      await readScreenOf(context, name, options);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator agent read claude-3', 'tmux-orchestrator agent read claude-3 --lines 10'],
    exits: [4, 6, 78],
    notes: [
      'What an agent shows is untrusted text: control characters are left out unless --ansi asks for them.',
    ],
  });
}

function addExplain(agent: Command): void {
  const command = agent
    .command('explain')
    .description('look at an agent now and show which evidence makes its state')
    .argument(`[${AGENT_NAME}]`, 'name of the agent');
  addExplainOptions(command);
  command.action(async (name: string | undefined, options: { screen?: string[] }) => {
    const context = openContext(command);
    const { explainAgent } = await import('../agent-explanation.ts');
    await explainAgent(context, name, options.screen);
  });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent explain claude-3',
      'tmux-orchestrator agent explain --screen recorded.json',
    ],
    exits: [1, 4, 6, 8, 78],
  });
}

function addRecord(agent: Command): void {
  const command = agent
    .command('record')
    .description("save what is on an agent's screen, with all evidence, as one JSON file")
    .argument(`<${AGENT_NAME}>`, 'name of the agent')
    .option(
      '-o, --output <file>',
      'where to; - is standard output (default: a name made of agent, state and time)',
    )
    .option('--situation <words>', 'what is going on, in your words', '')
    .option('--mask', 'replace home directory, user and host names, and what looks like a secret by x')
    .option('-f, --force', 'overwrite the file')
    .action(
      async (name: string, options: { output?: string; situation: string; mask?: true; force?: true }) => {
        const context = openContext(command);
        const { recordAgent } = await import('../agent-recording.ts');
        await recordAgent(context, name, options);
      },
    );
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent record claude-3 --mask --situation "asks for leave to edit"',
      'tmux-orchestrator agent record claude-3 --output - | jq .state',
    ],
    exits: [1, 4, 5, 6, 78],
    notes: [
      'Look through a recording before you give it away: a mask knows only what secrets usually look like.',
    ],
  });
}
