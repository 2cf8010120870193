import type { Command } from 'commander';
import { addAgentCommands } from './commands/agent.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addBroadcastCommand } from './commands/broadcast.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConfigCommands } from './commands/config.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEventsCommand } from './commands/events.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addMcpCommands } from './commands/mcp.ts';
import { addMessageCommands } from './commands/message.ts';
import { addNoticeCommands } from './commands/notice.ts';
import { addNotifierCommands } from './commands/notifier.ts';
import { addReportCommand } from './commands/report.ts';
import { addRoleCommands } from './commands/role.ts';
import { addRunCommand } from './commands/run.ts';
import { addSchemaCommand } from './commands/schema.ts';
import { addServiceCommands } from './commands/service.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTeamCommands } from './commands/team.ts';
import { addTokenCommands } from './commands/token.ts';
import { addTrustCommands } from './commands/trust.ts';

/** Declares every command. Nothing here may import what is slow to load: actions do that when they run. */
export function addAllCommands(program: Command): void {
  addStatusCommand(program);
  addAgentCommands(program);
  addMessageCommands(program);
  addBroadcastCommand(program);
  addEventsCommand(program);
  addReportCommand(program);
  addRoleCommands(program);
  addTeamCommands(program);
  addTrustCommands(program);
  addTokenCommands(program);
  addAuditCommand(program);
  addMcpCommands(program);
  addNoticeCommands(program);
  addNotifierCommands(program);
  addRunCommand(program);
  addDemoCommand(program);
  addServiceCommands(program);
  addDoctorCommand(program);
  addExplainCommand(program);
  addConfigCommands(program);
  addSchemaCommand(program);
  addCompletionCommand(program);
}
