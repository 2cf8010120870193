import { agentOperations } from './agents.ts';
import { auditOperations } from './audit.ts';
import { eventOperations } from './events.ts';
import { messageOperations } from './messages.ts';
import { noticeOperations } from './notices.ts';
import { reportOperations } from './reports.ts';
import { roleOperations, teamOperations, trustOperations } from './rooms.ts';
import { scheduleOperations } from './schedules.ts';
import { systemOperations } from './system.ts';
import { tokenOperations } from './tokens.ts';

/** Everything that can be done, for all doors. */
export const OPERATIONS = [
  ...agentOperations,
  ...messageOperations,
  ...roleOperations,
  ...teamOperations,
  ...trustOperations,
  ...tokenOperations,
  ...auditOperations,
  ...eventOperations,
  ...systemOperations,
  ...reportOperations,
  ...noticeOperations,
  ...scheduleOperations,
] as const;
