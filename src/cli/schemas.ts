import { z } from 'zod';
import { AgentSchema, WorkerSchema } from '../model/agent.ts';
import { ConfigSchema } from '../model/config.ts';
import { EventSchema } from '../model/event.ts';
import { ProfileSchema } from '../model/profile.ts';
import { RecordingSchema } from '../model/recording.ts';
import { UsageSchema } from '../model/usage.ts';
import type { SchemaName } from './commands/schema.ts';

const SCHEMAS: Readonly<Record<SchemaName, z.ZodType>> = {
  agent: AgentSchema,
  worker: WorkerSchema,
  usage: UsageSchema,
  event: EventSchema,
  recording: RecordingSchema,
  profile: ProfileSchema,
  config: ConfigSchema,
};

/** JSON Schema 2020-12 of what is to be written: defaults may be left out, and patterns are strings. */
export function describeSchema(name: SchemaName): object {
  return z.toJSONSchema(SCHEMAS[name], { io: 'input', unrepresentable: 'any' });
}
