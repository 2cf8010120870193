import { z } from 'zod';
import { AgentSchema } from '../model/agent.ts';
import { EvidenceSchema } from '../model/ending.ts';
import { RestartOverrideSchema } from '../model/restart-policy.ts';
import { AGENT_STATES } from '../model/state.ts';
import { AgentName, Directory, Name, TimeoutMs } from './fields.ts';
import { defineOperation } from './operation.ts';

const OneAgent = z.strictObject({ name: AgentName });
const Variables = z.record(z.string(), z.string().max(4_096));

export const agentOperations = [
  defineOperation({
    name: 'agent.list',
    summary: 'List all agents, managed and observed',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/agents' },
    input: z.strictObject({}),
    output: z.object({ agents: z.array(AgentSchema) }),
    run: async ({ agents }) => ({ agents: agents.list() }),
  }),
  defineOperation({
    name: 'agent.get',
    summary: 'Show one agent',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/agents/{name}' },
    input: OneAgent,
    output: AgentSchema,
    run: async ({ agents }, { name }) => agents.get(name),
  }),
  defineOperation({
    name: 'agent.read',
    summary: "Read an agent's screen; the text is untrusted",
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/agents/{name}/screen' },
    input: OneAgent.extend({
      lines: z.coerce.number().int().min(1).max(1_000).optional().describe('only the last rows, so many'),
    }),
    output: z.object({ name: z.string(), screen: z.string().describe('its rows; untrusted') }),
    run: async ({ agents }, { name, lines }) => ({ name, screen: await agents.read(name, { lines }) }),
  }),
  defineOperation({
    name: 'agent.wait',
    summary: 'Wait until an agent is in one of some states',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/agents/{name}/wait' },
    input: OneAgent.extend({
      states: z
        .union([z.array(z.enum(AGENT_STATES)), z.string().transform((text) => text.split(','))])
        .pipe(z.array(z.enum(AGENT_STATES)).min(1))
        .describe('states to wait for, one parameter each or joined with commas'),
      timeoutMs: TimeoutMs.default(60_000),
    }),
    output: z.object({
      reached: z.boolean().describe('false: the time was up'),
      agent: AgentSchema,
    }),
    run: ({ agents }, { name, states, timeoutMs }, { signal }) =>
      agents.wait(name, { states, timeoutMs, signal }),
  }),
  defineOperation({
    name: 'agent.evidence',
    summary: 'What was kept of the endings of an agent, newest first',
    ...{ scope: 'read', effect: 'read', method: 'GET', path: '/agents/{name}/evidence' },
    input: OneAgent,
    output: z.object({ evidence: z.array(EvidenceSchema) }),
    run: async ({ agents }, { name }) => ({ evidence: agents.evidence(name) }),
  }),
  defineOperation({
    name: 'agent.spawn',
    summary: 'Start an agent',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/agents' },
    input: z.strictObject({
      name: Name.describe('what it is to be called'),
      profile: Name.optional().describe('which CLI, for example claude; default: that of the role'),
      role: Name.optional().describe('the role whose briefing it gets'),
      session: Name.optional().describe('tmux session, made where it is not there'),
      window: Name.optional().describe('name of its tmux window'),
      directory: Directory.describe('absolute path of the directory that it works in'),
      brief: z.string().max(32_768).optional().describe('what it is told at the beginning, behind its role'),
      args: z.array(z.string().max(4_096)).max(100).optional().describe('more arguments for its CLI'),
      env: Variables.optional().describe('environment variables of it; for secrets there are files'),
      secretFiles: Variables.optional().describe(
        'environment variables whose values are read from these files',
      ),
      permissions: z
        .enum(['ask', 'plan', 'edits', 'all'])
        .optional()
        .describe('what its CLI may do without asking a person'),
      restore: z.boolean().optional().describe('start it again after a reboot'),
      restart: RestartOverrideSchema.optional().describe('how it is brought back when it ends'),
    }),
    output: AgentSchema,
    run: ({ agents }, input, { sender }) => agents.spawn(input, sender),
  }),
  defineOperation({
    name: 'agent.adopt',
    summary: 'Make an observed agent a managed one',
    ...{ scope: 'admin', effect: 'write', method: 'POST', path: '/panes/{pane}/adopt' },
    input: z.strictObject({
      pane: z
        .string()
        .regex(/^%(?:0|[1-9][0-9]{0,9})$/, 'must be a pane id: % and a number')
        .describe('tmux pane id, as %3'),
      name: Name.describe('what it is to be called'),
      role: Name.optional().describe('role that it has from now on'),
      args: z
        .array(z.string().max(4_096))
        .max(100)
        .optional()
        .describe('arguments of its CLI when it is started again'),
    }),
    output: AgentSchema,
    run: ({ agents }, { pane, name, role, args }) =>
      agents.adopt(pane, name, { role, ...(args === undefined ? {} : { args }) }),
  }),
  defineOperation({
    name: 'agent.release',
    summary: 'Make a managed agent an observed one: it goes on, nobody looks after it',
    ...{ scope: 'admin', effect: 'write', method: 'POST', path: '/agents/{name}/release' },
    input: OneAgent,
    output: AgentSchema,
    run: ({ agents }, { name }) => agents.release(name),
  }),
  defineOperation({
    name: 'agent.stop',
    summary: 'Ask an agent to leave, and close its pane',
    ...{ scope: 'control', effect: 'destructive', method: 'DELETE', path: '/agents/{name}' },
    input: OneAgent.extend({
      force: z
        .stringbool()
        .or(z.boolean())
        .default(false)
        .describe('end it at once, without asking it to leave'),
      timeoutMs: TimeoutMs.default(10_000),
    }),
    output: z.object({ name: z.string() }),
    run: async ({ agents }, { name, force, timeoutMs }) => {
      await agents.stop(name, { force, timeoutMs });
      return { name };
    },
  }),
  defineOperation({
    name: 'agent.restart',
    summary: 'End an agent and start it again in the same pane',
    ...{ scope: 'control', effect: 'destructive', method: 'POST', path: '/agents/{name}/restart' },
    input: OneAgent.extend({
      fresh: z
        .boolean()
        .default(false)
        .describe('begin a new conversation in place of going on with the old one'),
    }),
    output: AgentSchema,
    run: ({ agents }, { name, fresh }) => agents.restart(name, { fresh }),
  }),
  defineOperation({
    name: 'agent.interrupt',
    summary: 'Interrupt what an agent does',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/agents/{name}/interrupt' },
    input: OneAgent,
    output: AgentSchema,
    run: ({ agents }, { name }) => agents.interrupt(name),
  }),
  defineOperation({
    name: 'agent.pause',
    summary: 'Hands off an agent: no restarts, deliveries or notices',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/agents/{name}/pause' },
    input: OneAgent,
    output: AgentSchema,
    run: ({ agents }, { name }) => agents.pause(name),
  }),
  defineOperation({
    name: 'agent.resume',
    summary: 'End the pause of an agent, or bring back one that is held',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/agents/{name}/resume' },
    input: OneAgent,
    output: AgentSchema,
    run: ({ agents }, { name }) => agents.resume(name),
  }),
  defineOperation({
    name: 'agent.rename',
    summary: 'Give a managed agent another name',
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/agents/{name}/rename' },
    input: OneAgent.extend({ to: Name.describe('its new name') }),
    output: AgentSchema,
    run: ({ agents }, { name, to }) => agents.rename(name, to),
  }),
  defineOperation({
    name: 'agent.answer',
    summary: "Choose an option of the dialog on an agent's screen",
    ...{ scope: 'control', effect: 'write', method: 'POST', path: '/agents/{name}/answer' },
    input: OneAgent.extend({
      dialog: z
        .string()
        .regex(/^[0-9a-f]{8}$/, 'must be the id of a dialog, eight hexadecimal digits')
        .describe('id of the dialog as the agent shows it; another one is not answered'),
      option: z.int().min(1).max(99).optional().describe('number of the option'),
      decision: z
        .enum(['approve', 'deny'])
        .optional()
        .describe('in place of a number, where the dialog tells which option that is'),
    }).refine(({ option, decision }) => (option === undefined) !== (decision === undefined), {
      path: ['option'],
      message: 'give either option or decision',
    }),
    output: AgentSchema,
    run: ({ messages }, { name, dialog, option, decision }) =>
      messages.answer(name, { dialog, option, decision }),
  }),
] as const;
