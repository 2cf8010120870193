import { z } from 'zod';
import { AGENT_STATES } from './state.ts';

/** How an agent came to its end, as far as it can be known. */
const EndingSchema = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('status'), status: z.int() })
    .describe('its process ended with this exit status'),
  z.object({ kind: z.literal('signal'), signal: z.int() }),
  z
    .object({ kind: z.literal('shell'), tidy: z.boolean() })
    .describe('a shell is left; tidy: it took leave of the terminal'),
  z.object({ kind: z.literal('vanished') }).describe('its pane was closed'),
  z.object({ kind: z.literal('unknown') }).describe('dead, and tmux does not tell how'),
  z.object({ kind: z.literal('server') }).describe('the tmux server ended'),
  z.object({ kind: z.literal('restart') }).describe('a person had it started again'),
]);
export type Ending = z.infer<typeof EndingSchema>;

/** Whether it left of its own accord, or because somebody wanted it to. */
export function isTidy(ending: Ending): boolean {
  switch (ending.kind) {
    case 'status':
      return ending.status === 0;
    case 'shell':
      return ending.tidy;
    default:
      return ending.kind === 'restart';
  }
}

/** In words, for people. */
export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'status':
      return `exit status ${ending.status}`;
    case 'signal':
      return `signal ${ending.signal}`;
    case 'shell':
      return ending.tidy ? 'it left, a shell is left' : 'it died, a shell is left';
    case 'vanished':
      return 'its pane was closed';
    case 'server':
      return 'the tmux server ended';
    case 'restart':
      return 'it was started again on request';
    case 'unknown':
      return 'its pane is dead, tmux does not tell how';
  }
}

/** `evidence/NAME/INSTANT.json`: what was there when an agent ended. Texts are untrusted. */
export const EvidenceSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  agent: z.string(),
  at: z.iso.datetime(),
  ending: EndingSchema,
  lastState: z.enum(AGENT_STATES),
  cliSession: z.string().nullable(),
  process: z.object({ pid: z.int(), startTime: z.string() }).nullable(),
  screen: z.string().nullable().describe('null where the pane had gone with it'),
  scrollback: z
    .string()
    .nullable()
    .describe('what had scrolled out above the screen, its last 2,000 lines at most'),
});
export type Evidence = z.infer<typeof EvidenceSchema>;
