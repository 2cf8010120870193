import { z } from 'zod';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** `config.yaml`. Every key has a default; an unknown key is an error. */
export const ConfigSchema = z.strictObject({
  tmux: z
    .strictObject({
      program: z.string().min(1).default('tmux').describe('name or path of the tmux program'),
      socketName: z.string().optional().describe('name of the server socket, as in tmux -L'),
      socketPath: z.string().optional().describe('path of the server socket, as in tmux -S'),
    })
    .prefault({}),
  watch: z
    .strictObject({
      intervalMs: z.int().min(200).max(60_000).default(1_000).describe('time between two lists of all panes'),
      settleMs: z
        .int()
        .min(0)
        .max(10_000)
        .default(300)
        .describe('how long idle must be seen before it counts'),
    })
    .prefault({}),
  journal: z
    .strictObject({
      bytesMax: z
        .int()
        .min(10_000)
        .default(10_485_760)
        .describe('size at which the event journal is rotated'),
      filesMax: z.int().min(0).max(100).default(5).describe('rotated journals kept'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS).default('info'),
    })
    .prefault({}),
});

export type Config = z.infer<typeof ConfigSchema>;

/** Every key that can be set, as `section.key`. */
export const CONFIG_KEYS: readonly string[] = Object.entries(ConfigSchema.shape).flatMap(
  ([section, schema]) => Object.keys(schema.unwrap().shape).map((key) => `${section}.${key}`),
);

/** The environment variable that sets a key: `watch.intervalMs` is `TMUX_ORCHESTRATOR_WATCH_INTERVAL_MS`. */
export function variableOf(key: string): string {
  const words = key.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`);
  return `TMUX_ORCHESTRATOR_${words.toUpperCase()}`;
}
