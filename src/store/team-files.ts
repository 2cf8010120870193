import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { hasErrorCode, messageOf, OrchestratorError } from '../base/errors.ts';
import { cleanLine } from '../base/text.ts';
import { cleanMessage } from '../model/message-text.ts';
import { findRestrictedInTeam, TEAM_KEYS, type Team, TeamSchema } from '../model/team.ts';
import { isInside } from './safe-read.ts';
import type { ShelfFormat } from './shelf-files.ts';
import { parseYamlBy } from './yaml-text.ts';

/** `teams/NAME.yaml`. */
export const teamFormat: ShelfFormat<Team> = {
  noun: 'team',
  folder: 'teams',
  extension: '.yaml',
  parse: parseTeam,
  findRestricted: findRestrictedInTeam,
  // A member without what it needs would be another member: each is refused by itself when the team is started.
  withoutRestricted: (team) => team,
};

function parseTeam(path: string, text: string): Team {
  const team = parseYamlBy({ path, text, keys: TEAM_KEYS }, TeamSchema);
  const members = team.members.map((member) =>
    member.brief === undefined ? member : { ...member, brief: cleanBrief(path, member.name, member.brief) },
  );
  return { ...team, description: cleanLine(team.description, 500), members };
}

function cleanBrief(path: string, name: string, brief: string): string {
  try {
    return cleanMessage(brief).text;
  } catch (error) {
    if (!(error instanceof OrchestratorError)) throw error;
    throw new OrchestratorError('INVALID', `${cleanLine(path)}: brief of ${name}: ${error.message}`, {
      field: 'members.brief',
    });
  }
}

/** The directory a team is started in, as a real path. Throws `INVALID`. */
export function resolveStart(directory: string): string {
  return realDirectory(directory, 'directory');
}

/**
 * Where a member works, as a real path: in the directory the team is started in, below it, or anywhere where the path is absolute.
 * `start` is a real path. Throws `INVALID` for what is no directory or leads out.
 */
export function resolveMemberDirectory(start: string, wanted: string | undefined): string {
  const real = realDirectory(resolve(start, wanted ?? '.'), 'directory');
  if (wanted === undefined || isAbsolute(wanted) || isInside(real, start)) return real;
  throw new OrchestratorError('INVALID', `directory ${cleanLine(wanted)} leads out of ${cleanLine(start)}`, {
    field: 'directory',
    hint: 'name one below it, or give an absolute path',
  });
}

function realDirectory(path: string, field: string): string {
  const invalid = (why: string) =>
    new OrchestratorError('INVALID', `directory ${cleanLine(path)} cannot be used: ${why}`, { field });
  try {
    const real = realpathSync(path);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw invalid(hasErrorCode(error, 'ENOENT') ? 'it is not there' : messageOf(error));
  }
  throw invalid('it is no directory');
}
