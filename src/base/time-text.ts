const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Timers of the system hold 2^31 milliseconds, which is a little more. */
const DURATION_MAX_MS = 20 * 86_400_000;

/** `45 s`, `12 min`, `2 h 10 min`, `3 d 4 h`: two units at most. Below zero counts as zero. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joinUnits(hours, 'h', minutes % 60, 'min');
  return joinUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Reads `500ms`, `60s`, `5m`, `1.5h`, `2d`; a number alone means seconds. Milliseconds, at most twenty days. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|min|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  const durationMs = Number(match[1]) * (UNITS_MS[match[2] ?? 's'] ?? 0);
  return durationMs <= DURATION_MAX_MS ? durationMs : undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An instant in the machine's own zone: `15:00`, and on another day than `now` `Nov 25 15:00`. By hand: Intl costs milliseconds to load. */
export function formatLocalTime(instantMs: number, now: number): string {
  const date = new Date(instantMs);
  const clock = `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return clock;
  return `${MONTHS[date.getMonth()] ?? ''} ${date.getDate()} ${clock}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const INSTANTS_MAX = 4_096;
const instants = new Map<number, string>();

/** An instant as RFC 3339, UTC. Those of agents are written again and again, so the last ones are remembered: it takes a microsecond each. */
export function instantText(instantMs: number): string {
  const known = instants.get(instantMs);
  if (known !== undefined) return known;
  if (instants.size >= INSTANTS_MAX) instants.clear();
  const text = new Date(instantMs).toISOString();
  instants.set(instantMs, text);
  return text;
}
