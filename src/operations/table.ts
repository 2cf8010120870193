import { agentOperations } from './agents.ts';
import { messageOperations } from './messages.ts';
import { noticeOperations } from './notices.ts';
import { roleOperations, teamOperations, trustOperations } from './rooms.ts';

/** Everything that can be done, for all doors. */
export const OPERATIONS = [
  ...agentOperations,
  ...messageOperations,
  ...roleOperations,
  ...teamOperations,
  ...trustOperations,
  ...noticeOperations,
] as const;
