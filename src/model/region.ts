import type { AnchorSpec, RegionSpec } from './profile.ts';
import type { Screen } from './screen.ts';

/** A run of screen rows: `rows[0]` is screen row `top`. */
export interface Region {
  top: number;
  rows: readonly string[];
  /** Every row is cut at this many characters (side bars), where a profile says so. */
  width?: number;
}

export type Regions = ReadonlyMap<string, Region>;

/** Finds the named parts of a screen. `screen` is the whole; regions that are not there are left out. */
export function findRegions(screen: Screen, specs: Readonly<Record<string, RegionSpec>>): Regions {
  const regions = new Map<string, Region>();
  if (screen.rows.length > 0) regions.set('screen', { top: 0, rows: screen.rows });
  for (const [name, spec] of Object.entries(specs)) {
    const region = findRegion(regions, spec);
    if (region !== undefined) regions.set(name, region);
  }
  return regions;
}

function findRegion(regions: Regions, spec: RegionSpec): Region | undefined {
  const whole = regions.get(spec.within ?? 'screen');
  if (whole === undefined || (spec.unless !== undefined && regions.has(spec.unless))) return undefined;
  const start = startOf(regions, whole, spec);
  const end = endOf(regions, whole, spec);
  if (start === undefined || end === undefined) return undefined;
  if (spec.startsWith && !spec.startsWith.test(whole.rows[start] ?? '')) return undefined;
  const bounds = keepRows(whole.rows, start, end, spec);
  if (bounds === undefined) return undefined;
  const rows = whole.rows.slice(bounds[0], bounds[1]);
  return cutWidth({ ...whole, top: whole.top + bounds[0], rows }, spec);
}

/** Index of the first row, or nothing where the anchor is missing. */
function startOf(regions: Regions, whole: Region, spec: RegionSpec): number | undefined {
  const anchor = spec.after ?? spec.from;
  if (anchor === undefined) return 0;
  if ('region' in anchor) {
    const other = regions.get(anchor.region);
    return other && other.top - whole.top + (spec.from === undefined ? other.rows.length : 0);
  }
  const row = findAnchor(whole.rows, anchor);
  if (row === undefined) return anchor.orEdge ? 0 : undefined;
  return row + (spec.from === undefined ? 1 : 0);
}

/** Index behind the last row, or nothing where the anchor is missing. */
function endOf(regions: Regions, whole: Region, spec: RegionSpec): number | undefined {
  const anchor = spec.before ?? spec.to;
  if (anchor === undefined) return whole.rows.length;
  if ('region' in anchor) {
    const other = regions.get(anchor.region);
    return other && other.top - whole.top + (spec.to === undefined ? 0 : other.rows.length);
  }
  const row = findAnchor(whole.rows, anchor);
  if (row === undefined) return anchor.orEdge ? whole.rows.length : undefined;
  return row + (spec.to === undefined ? 0 : 1);
}

function findAnchor(
  rows: readonly string[],
  anchor: Exclude<AnchorSpec, { region: string }>,
): number | undefined {
  const fromEnd = 'last' in anchor;
  const pattern = fromEnd ? anchor.last : anchor.first;
  let seen = 0;
  for (let i = 0; i < rows.length; i++) {
    const index = fromEnd ? rows.length - 1 - i : i;
    if (pattern.test(rows[index] ?? '') && ++seen === anchor.nth) return index;
  }
  return undefined;
}

/** Applies `lastRows` and `firstRows`; blank rows at both ends go. Nothing where no row with text is left. */
function keepRows(
  rows: readonly string[],
  start: number,
  end: number,
  spec: RegionSpec,
): [number, number] | undefined {
  const filled: number[] = [];
  for (let i = Math.max(0, start); i < Math.min(end, rows.length); i++) {
    if ((rows[i] ?? '').trim() !== '') filled.push(i);
  }
  if (spec.lastRows !== undefined) filled.splice(0, Math.max(0, filled.length - spec.lastRows));
  if (spec.firstRows !== undefined) filled.splice(spec.firstRows);
  const first = filled[0];
  const last = filled.at(-1);
  return first === undefined || last === undefined ? undefined : [first, last + 1];
}

function cutWidth(region: Region, spec: RegionSpec): Region {
  if (spec.widthOf === undefined) return region;
  for (const row of region.rows.toReversed()) {
    const match = spec.widthOf.exec(row);
    if (match === null) continue;
    const width = match.index + match[0].length;
    return { ...region, width, rows: region.rows.map((text) => text.slice(0, width).trimEnd()) };
  }
  return region;
}
