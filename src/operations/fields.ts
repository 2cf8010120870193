import { z } from 'zod';
import { NAME_SOURCE } from '../model/agent-name.ts';
import { MessageSchema } from '../model/message.ts';

/** Fields that several operations take. */
export const Name = z
  .string()
  .regex(
    new RegExp(NAME_SOURCE),
    'must be 1 to 64 lower case letters, digits, - and _, beginning with a letter or digit',
  );
export const AgentName = Name.describe('name of the agent');
export const Directory = z
  .string()
  .max(4_096)
  .startsWith('/', 'must be absolute')
  .refine((path) => !/[\u0000-\u001f\u007f]/.test(path), 'must hold no control characters')
  .describe('absolute path');
export const Cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,300}$/, 'is no cursor of this list')
  .optional()
  .describe('the text in `next` of the page before; absent: the first page');
export const Next = z
  .string()
  .nullable()
  .describe('cursor of the next page, which may be empty; null: there is nothing more');
export const TimeoutMs = z.coerce
  .number()
  .int()
  .min(0)
  .max(600_000)
  .describe('how long to wait at most, milliseconds');
/** A message as callers see it. */
export const MessageView = MessageSchema.omit({ step: true, idempotencyKey: true });
