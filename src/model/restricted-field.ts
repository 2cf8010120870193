import { z } from 'zod';

/** A field of a role or team that starts commands or sets variables, by its path with dots. */
export interface RestrictedField {
  field: string;
  value: string | readonly string[] | Readonly<Record<string, string>>;
}

/** One word of a command line; it goes to a program as it is. */
export const ArgumentSchema = z
  .string()
  .max(1_000)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'holds control characters');

/** Environment variables. Which of them an agent may have is decided where it is started. */
export const VariablesSchema = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'no name of a variable'),
    z
      .string()
      .max(4_096)
      .regex(/^[^\u0000\n\r]*$/, 'holds a line break or NUL'),
  )
  .refine((env) => Object.keys(env).length <= 50, 'more than 50 variables');
