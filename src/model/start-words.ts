import type { StartSpec } from './profile.ts';

export interface StartRequest {
  /** Conversation to take up; null: begin a new one. */
  resume: string | null;
  /** Id for a new conversation, where the CLI takes one. */
  fresh: string;
  roleArgs: readonly string[];
  args: readonly string[];
}

export interface StartWords {
  /** Arguments behind the program. */
  words: string[];
  /** Id of the conversation, where it is known from the start. */
  session: string | null;
  resumed: boolean;
}

/** What a CLI is started with: its conversation first (some take that as a subcommand), then what its profile, its role and the agent itself say. */
export function composeStart(start: StartSpec, { resume, fresh, roleArgs, args }: StartRequest): StartWords {
  const rest = [...start.args, ...roleArgs, ...args];
  if (resume !== null && start.resume !== undefined) {
    return { words: [...fill(start.resume, resume), ...rest], session: resume, resumed: true };
  }
  if (start.newSession !== undefined) {
    return { words: [...fill(start.newSession, fresh), ...rest], session: fresh, resumed: false };
  }
  return { words: rest, session: null, resumed: false };
}

function fill(words: readonly string[], session: string): string[] {
  return words.map((word) => word.replaceAll('{session}', session));
}
