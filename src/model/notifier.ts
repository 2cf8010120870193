import { z } from 'zod';
import { NAME_SOURCE } from './agent-name.ts';
import { NOTICE_KINDS } from './notice.ts';

const Base = {
  name: z.string().regex(new RegExp(NAME_SOURCE), 'lower case letters, digits, - and _, at most 64'),
  events: z.array(z.enum(NOTICE_KINDS)).optional().describe('only these kinds of notices; default: all'),
};
const Path = z.string().startsWith('/', 'must be an absolute path').max(4_096);

/** One way in which notices reach somebody. */
export const NotifierSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...Base, kind: z.literal('lead') }).describe('one digest to the lead of the team'),
  z.strictObject({ ...Base, kind: z.literal('tmux') }).describe('the status line of attached clients'),
  z.strictObject({ ...Base, kind: z.literal('desktop') }).describe('notify-send; osascript on macOS'),
  z.strictObject({
    ...Base,
    kind: z.literal('webhook'),
    url: z
      .string()
      .max(2_048)
      .refine(isSafeUrl, 'must be https, or http to this machine, without a password'),
    format: z.enum(['json', 'slack']).default('json'),
    secretFile: Path.optional().describe('a 0600 file whose line signs what is sent'),
  }),
  z.strictObject({
    ...Base,
    kind: z.literal('command'),
    command: z
      .array(
        z
          .string()
          .min(1)
          .max(4_096)
          .regex(/^[^\0]*$/),
      )
      .min(1)
      .max(50),
  }),
]);

export type NotifierConfig = z.infer<typeof NotifierSchema>;

/** Who can read what is sent on the way could also answer it. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:') return true;
  return (
    protocol === 'http:' &&
    (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname))
  );
}
