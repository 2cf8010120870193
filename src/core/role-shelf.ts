import { OrchestratorError } from '../base/errors.ts';
import { checkName } from '../model/agent-name.ts';
import type { Role } from '../model/role.ts';
import { createRoleFile, roleFormat } from '../store/role-files.ts';
import type { Found, ShelfEntry } from '../store/shelf.ts';
import { findOnShelf, listShelf, refuseUntrusted, type ShelfOptions } from '../store/shelf-files.ts';

export interface ShelfSurroundings {
  /** Holds the shipped `roles` and `teams`. */
  shipped: string;
  /** The user's configuration directory. */
  config: string;
  uid: number;
  isTrusted: ShelfOptions['isTrusted'];
}

/** Roles: shipped, of the user, of a project. Read anew each time, so that an edited file counts at once. */
export class RoleShelf {
  readonly #around: ShelfSurroundings;

  constructor(around: ShelfSurroundings) {
    this.#around = around;
  }

  list(directory?: string): ShelfEntry[] {
    return listShelf(roleFormat, shelfOptions(this.#around, directory));
  }

  get(name: string, directory?: string): Found<Role> {
    return findOnShelf(roleFormat, shelfOptions(this.#around, directory), name);
  }

  /** Undefined where there is none, or its file cannot be used. */
  find(name: string, directory?: string): Role | undefined {
    try {
      return this.get(name, directory).value;
    } catch (error) {
      if (error instanceof OrchestratorError) return undefined;
      throw error;
    }
  }

  /** The role for an agent that is to be started with it, whole. Throws `REFUSED` where it sets what its file may not. */
  getForStart(name: string, directory: string): Role {
    const found = this.get(name, directory);
    refuseUntrusted(found);
    return found.value;
  }

  /** A copy of an untrusted project's role goes without its commands and variables: in the user's folder they would count. */
  create(name: string, options: { from?: string | undefined; directory?: string | undefined }): string {
    checkName(name, 'name');
    const role =
      options.from === undefined
        ? emptyRole(name)
        : { ...this.get(options.from, options.directory).value, name };
    return createRoleFile(this.#around.config, role);
  }
}

export function shelfOptions(around: ShelfSurroundings, project: string | undefined): ShelfOptions {
  const { shipped, config, uid, isTrusted } = around;
  return { folders: { shipped, config, project, uid }, isTrusted };
}

function emptyRole(name: string): Role {
  return {
    name,
    description: 'What this role is for, in one sentence',
    args: [],
    env: {},
    briefing: OUTLINE,
  };
}

const OUTLINE = `# Who you are

# How you work

# How you work with others

Messages begin with the name of their sender and an id. Answer with: tmux-orchestrator agent send NAME "…"

# When to ask a person

# What done means`;
