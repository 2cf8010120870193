import type { Command } from 'commander';
import type { SimpleVerb } from '../agent-control.ts';
import { openContext } from '../context.ts';
import { addHelp } from '../help.ts';
import { parseCount, parseTimeout } from '../option-values.ts';

/** `agent VERB` for everything that changes an agent that is there. */
export function addAgentControlCommands(agent: Command): void {
  addAdopt(agent);
  for (const verb of SIMPLE_VERBS) addSimple(agent, verb);
  addStop(agent);
  addRestart(agent);
  addRename(agent);
  addEvidence(agent);
  addAttach(agent);
}

const EXITS = [3, 4, 5, 6, 7, 78];

function addAdopt(agent: Command): void {
  const command = agent
    .command('adopt')
    .description('make an observed agent a managed one, under a name of your choice')
    .argument('<pane>', 'its pane, for example %3; agent list and agent show tell it')
    .argument('<new-name>', 'its name from then on')
    .argument('[args...]', 'behind --: arguments for its CLI when it is started again')
    .option('--role <name>', 'its role; see: role list')
    .action(async (pane: string, name: string, args: string[], { role }: { role?: string }) => {
      const context = openContext(command);
      const { adoptPane } = await import('../agent-control.ts');
      await adoptPane(context, { pane, name, role, ...(args.length === 0 ? {} : { args }) });
    });
  addHelp(command, {
    examples: ["tmux-orchestrator agent adopt '%3' developer-1 --role developer"],
    exits: EXITS,
    notes: ['From then on it is restarted when it dies, and messages are typed into it.'],
  });
}

const SIMPLE_VERBS: readonly { verb: SimpleVerb; description: string; note: string }[] = [
  {
    verb: 'release',
    description: 'make a managed agent an observed one: it goes on, nobody looks after it',
    note: 'Messages that still wait for it fail. Take it back with: agent adopt',
  },
  {
    verb: 'pause',
    description: 'hands off an agent: no restarts, deliveries or notices',
    note: 'Messages wait in its mailbox until: agent resume',
  },
  {
    verb: 'resume',
    description: 'end the pause of an agent, or bring back one that is held',
    note: 'Why an agent is held tells: agent show',
  },
  {
    verb: 'interrupt',
    description: 'interrupt what an agent does, as a person would with its own key',
    note: 'Its conversation goes on from there.',
  },
];

function addSimple(agent: Command, { verb, description, note }: (typeof SIMPLE_VERBS)[number]): void {
  const command = agent
    .command(verb)
    .description(description)
    .argument('<name>', 'name of the agent')
    .action(async (name: string) => {
      const context = openContext(command);
      const { controlAgent } = await import('../agent-control.ts');
      await controlAgent(context, verb, name);
    });
  addHelp(command, {
    examples: [`tmux-orchestrator agent ${verb} developer-1`],
    exits: EXITS,
    notes: [note],
  });
}

const STOP_TIMEOUT_MS = 10_000;

function addStop(agent: Command): void {
  const command = agent
    .command('stop')
    .description('ask an agent to leave by its own command, then close its pane')
    .argument('<name>', 'name of the agent')
    .option('--force', 'do not ask: end it at once')
    .option('--timeout <duration>', 'how long it may take to leave (default: 10s)', parseTimeout)
    .action(async (name: string, { force, timeout }: { force?: true; timeout?: number }) => {
      const context = openContext(command);
      const { stopAgent } = await import('../agent-control.ts');
      await stopAgent(context, name, { force: force === true, timeoutMs: timeout ?? STOP_TIMEOUT_MS });
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent stop developer-1',
      'tmux-orchestrator agent stop developer-1 --force',
    ],
    exits: EXITS,
    notes: ['It is not started again: that does agent spawn. For a rest there is agent pause.'],
  });
}

function addRestart(agent: Command): void {
  const command = agent
    .command('restart')
    .description(
      'end an agent and start it again in the same pane, with its conversation where it can be resumed',
    )
    .argument('<name>', 'name of the agent')
    .option('--fresh', 'begin a new conversation')
    .action(async (name: string, { fresh }: { fresh?: true }) => {
      const context = openContext(command);
      const { restartAgent } = await import('../agent-control.ts');
      await restartAgent(context, name, fresh === true);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent restart developer-1',
      'tmux-orchestrator agent restart developer-1 --fresh',
    ],
    exits: EXITS,
  });
}

function addRename(agent: Command): void {
  const command = agent
    .command('rename')
    .description('give a managed agent another name')
    .argument('<name>', 'name of the agent')
    .argument('<new-name>', 'its name from then on')
    .action(async (name: string, to: string) => {
      const context = openContext(command);
      const { renameAgent } = await import('../agent-control.ts');
      await renameAgent(context, name, to);
    });
  addHelp(command, { examples: ['tmux-orchestrator agent rename claude-3 reviewer'], exits: EXITS });
}

function addEvidence(agent: Command): void {
  const command = agent
    .command('evidence')
    .description('show what was kept of the endings of an agent, newest first')
    .argument('<name>', 'name of the agent')
    .option('--index <number>', 'all of one of them, its screen too; 1 is the newest', parseCount)
    .action(async (name: string, { index }: { index?: number }) => {
      const context = openContext(command);
      const { showEvidence } = await import('../agent-evidence.ts');
      await showEvidence(context, name, index);
    });
  addHelp(command, {
    examples: [
      'tmux-orchestrator agent evidence developer-1',
      'tmux-orchestrator agent evidence developer-1 --index 1',
    ],
    exits: [3, 4, 7, 78],
    notes: ['What an agent showed is untrusted text: control characters are left out.'],
  });
}

function addAttach(agent: Command): void {
  const command = agent
    .command('attach')
    .description('show the pane of an agent in this terminal; inside tmux the client is switched to it')
    .argument('<name>', 'name of the agent')
    .action(async (name: string) => {
      const context = openContext(command);
      const { attachToAgent } = await import('../agent-attach.ts');
      await attachToAgent(context, name);
    });
  addHelp(command, {
    examples: ['tmux-orchestrator agent attach developer-1'],
    exits: [1, 4, 6, 78],
    notes: ['Works without the worker. The exit code is that of tmux.'],
  });
}
