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
export const Directory = z
  .string()
  .max(4_096)
  .startsWith('/', 'must be absolute')
  .refine((path) => !/[\u0000-\u001f\u007f]/.test(path), 'must hold no control characters');
export const TimeoutMs = z.coerce.number().int().min(0).max(600_000);
/** A message as callers see it. */
export const MessageView = MessageSchema.omit({ step: true, idempotencyKey: true });
