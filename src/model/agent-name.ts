import { OrchestratorError } from '../base/errors.ts';

/** Names of agents, sessions, windows, roles and teams. ASCII only, so that nothing can look like another or mean anything to tmux. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const NAME_SOURCE = NAME.source;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Gives the name back, or throws `INVALID` that says which field is wrong and what would do. */
export function checkName(text: string, field: string): string {
  if (NAME.test(text)) return text;
  throw new OrchestratorError('INVALID', `${field} ${JSON.stringify(text.slice(0, 80))} is not a name`, {
    field,
    hint: 'use 1 to 64 lower case letters, digits, - and _, beginning with a letter or digit',
  });
}
