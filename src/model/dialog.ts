import { z } from 'zod';

export const DialogSchema = z.object({
  id: z.string().describe('names this very dialog of this very process: eight hexadecimal digits'),
  kind: z.enum(['approval', 'question', 'setup']),
  text: z.string().describe('what it asks: its rows above the options, cleaned; untrusted'),
  options: z.array(
    z.object({
      number: z.int().min(1).describe('as printed; else its place, counted from 1'),
      label: z.string().describe('cleaned; untrusted'),
      selected: z.boolean().describe('what Enter would take now'),
    }),
  ),
  approve: z
    .int()
    .nullable()
    .describe('number of the option that allows this once; null where none is known for sure'),
  deny: z.int().nullable().describe('number of the option that refuses; null where none is known for sure'),
});

/** A dialog that stands on an agent's screen. */
export type Dialog = z.infer<typeof DialogSchema>;
