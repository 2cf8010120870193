import { closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hasErrorCode, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { joinFrontMatter, splitFrontMatter } from '../model/front-matter.ts';
import { cleanMessage } from '../model/message-text.ts';
import { findRestrictedInRole, type Role, RoleHeadSchema, withoutRestrictedInRole } from '../model/role.ts';
import type { ShelfFormat } from './shelf-files.ts';
import { parseYamlBy } from './yaml-text.ts';

const KEYS = Object.keys(RoleHeadSchema.shape);

/** `roles/NAME.md`: YAML front matter, and the briefing behind it. */
export const roleFormat: ShelfFormat<Role> = {
  noun: 'role',
  folder: 'roles',
  extension: '.md',
  parse: parseRole,
  findRestricted: findRestrictedInRole,
  withoutRestricted: withoutRestrictedInRole,
};

function parseRole(path: string, text: string): Role {
  const parts = splitFrontMatter(text);
  if (parts === undefined) {
    throw new OrchestratorError('INVALID', `${cleanLine(path)}:1: front matter is missing`, {
      hint: 'begin the file with --- and end the front matter with ---; see: tmux-orchestrator role show developer',
    });
  }
  const head = parseYamlBy({ path, text: parts.head, keys: KEYS }, RoleHeadSchema);
  return {
    ...head,
    description: cleanLine(head.description, 500),
    briefing: cleanBriefing(path, parts.body),
  };
}

function cleanBriefing(path: string, body: string): string {
  try {
    return cleanMessage(body).text;
  } catch (error) {
    if (!(error instanceof OrchestratorError)) throw error;
    throw new OrchestratorError('INVALID', `${cleanLine(path)}: briefing: ${error.message}`, {
      hint: 'the briefing is the Markdown behind the front matter',
    });
  }
}

/** Writes a new role into the user's own folder and gives its path. Throws `CONFLICT` where one is there. `name` must have been checked. */
export function createRoleFile(configDirectory: string, role: Role): string {
  const folder = join(configDirectory, 'roles');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${role.name}.md`);
  const descriptor = openNew(path);
  try {
    writeFileSync(descriptor, renderRole(role));
  } finally {
    closeSync(descriptor);
  }
  return path;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

function openNew(path: string): number {
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
    throw new OrchestratorError('CONFLICT', `${path} is there already`, {
      field: 'name',
      hint: `edit it: $EDITOR ${path}`,
    });
  }
}

function renderRole({ briefing, ...head }: Role): string {
  const { name, description, profile, args, permissions, env } = head;
  const fields = {
    ...{ name, description },
    ...(profile === undefined ? {} : { profile }),
    ...(args.length === 0 ? {} : { args }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
  };
  return joinFrontMatter({ head: stringify(fields, { lineWidth: 0 }), body: briefing });
}
