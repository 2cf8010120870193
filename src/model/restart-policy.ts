import { z } from 'zod';

/** How an agent that ended is brought back. Words and limits are those of service managers: systemd.service(5), `Restart=`. */
export const RestartPolicySchema = z.strictObject({
  policy: z
    .enum(['on-failure', 'always', 'never'])
    .default('on-failure')
    .describe('on-failure: not after it left by itself'),
  delayMs: z.int().min(100).max(3_600_000).default(1_000).describe('delay before the first restart'),
  delayMaxMs: z.int().min(100).max(86_400_000).default(300_000).describe('the delay doubles up to this'),
  healthyAfterMs: z
    .int()
    .min(1_000)
    .default(600_000)
    .describe('after so long without a crash the delay is the first again'),
  startsMax: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('restarts within the window; then it is held for a person'),
  windowMs: z.int().min(1_000).default(600_000).describe('the window that restarts are counted in'),
});

export type RestartPolicy = z.infer<typeof RestartPolicySchema>;
/** What a profile, role or agent says otherwise. */
export const RestartOverrideSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(RestartPolicySchema.shape).map(([key, schema]) => [
      key,
      schema
        .unwrap()
        .optional()
        .describe(schema.description ?? ''),
    ]),
  ) as {
    [K in keyof typeof RestartPolicySchema.shape]: z.ZodOptional<
      ReturnType<(typeof RestartPolicySchema.shape)[K]['unwrap']>
    >;
  },
);
export type RestartOverride = z.infer<typeof RestartOverrideSchema>;
