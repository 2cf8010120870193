import { blankRows, isGhostOrCursor } from './ghost.ts';
import type { ConditionSpec, Profile, ScreenRuleSpec } from './profile.ts';
import { findRegions, type Region, type Regions } from './region.ts';
import type { Screen } from './screen.ts';
import type { Cell } from './style.ts';

/** A rule that held, or the news that colours are needed to go on. */
export type ScreenReading =
  | { rule: ScreenRuleSpec; region: Region; resetText?: string }
  | { needsColours: true }
  | undefined;

class ColoursNeeded extends Error {}

/** The first screen rule of a profile that holds. Pure; `needsColours` asks to be called again with cells. */
export function readRules(screen: Screen, profile: Profile): ScreenReading {
  const regions = findRegions(screen, profile.regions);
  try {
    for (const rule of profile.rules) {
      const region = regions.get(rule.in);
      if (region === undefined || !holds({ rule, region, regions, screen, profile })) continue;
      const resetText = rule.reset && matchReset(rule.reset, region);
      return resetText === undefined ? { rule, region } : { rule, region, resetText };
    }
  } catch (error) {
    if (error instanceof ColoursNeeded) return { needsColours: true };
    throw error;
  }
  return undefined;
}

interface Sight {
  rule: ScreenRuleSpec;
  region: Region;
  regions: Regions;
  screen: Screen;
  profile: Profile;
}

/** Conditions that need colours come last, so that colours are asked for only when all else holds. */
function holds(sight: Sight): boolean {
  const { rule, regions } = sight;
  if (rule.absent.some((name) => regions.has(name))) return false;
  const test = (condition: ConditionSpec) => meets(sight, condition);
  const [plainAll, ghostAll] = splitByColours(rule.all);
  const [plainNone, ghostNone] = splitByColours(rule.none);
  if (!plainAll.every(test) || plainNone.some(test)) return false;
  if (rule.any.length > 0 && !splitByColours(rule.any).flat().some(test)) return false;
  return ghostAll.every(test) && !ghostNone.some(test);
}

function splitByColours(conditions: ConditionSpec[]): [ConditionSpec[], ConditionSpec[]] {
  return [conditions.filter((one) => !needsColours(one)), conditions.filter((one) => needsColours(one))];
}

function needsColours({ withoutGhost, painted }: ConditionSpec): boolean {
  return withoutGhost || painted;
}

function meets(sight: Sight, condition: ConditionSpec): boolean {
  const region = condition.in === undefined ? sight.region : sight.regions.get(condition.in);
  if (region === undefined || !meetsPlace(sight.screen, region, condition)) return false;
  const { row, firstRow, lastRow, text } = condition;
  if (!row && !firstRow && !lastRow && !text) return true;
  const rows = needsColours(condition) ? blankCells(sight, region, condition) : region.rows;
  if (row && !rows.some((one) => row.test(one))) return false;
  if (firstRow && !firstRow.test(rows[0] ?? '')) return false;
  if (lastRow && !lastRow.test(rows.at(-1) ?? '')) return false;
  return !text || text.test(joinRows(rows));
}

/** The conditions on where the cursor stands and on the region's height. */
function meetsPlace(screen: Screen, region: Region, condition: ConditionSpec): boolean {
  const { cursorColumn, cursorInside, beforeCursor, height } = condition;
  const [column, line] = screen.cursor;
  const row = region.rows[line - region.top];
  if (cursorColumn && !isWithin(column, cursorColumn)) return false;
  if (cursorInside !== undefined && cursorInside !== (row !== undefined)) return false;
  if (beforeCursor && !(row !== undefined && beforeCursor.test(row.slice(0, column)))) return false;
  return !height || isWithin(region.rows.length, height);
}

function isWithin(value: number, { min, max }: { min: number; max: number }): boolean {
  return value >= min && value <= max;
}

/** A region's rows as running text: phrases that the terminal wrapped read whole again. */
function joinRows(rows: readonly string[]): string {
  return rows.join(' ').replace(/\s+/g, ' ').trim();
}

function matchReset(pattern: RegExp, region: Region): string | undefined {
  const match = pattern.exec(joinRows(region.rows));
  return match === null ? undefined : (match[1] ?? match[0]).trim();
}

function blankCells({ screen, profile }: Sight, region: Region, condition: ConditionSpec): string[] {
  if (screen.cells === undefined) throw new ColoursNeeded();
  const isBlank = (cell: Cell, next: Cell | undefined) =>
    (condition.withoutGhost && isGhostOrCursor(cell, next, profile.ghost)) ||
    (condition.painted && cell.foreground === undefined);
  return blankRows(screen.cells, region, isBlank);
}
