import { isDay } from '../day.ts';

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
const instant =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The second (since 1970, UTC) that a filter's date means: of a day alone its first or its last one, of an instant
 * (RFC 3339, the seconds may be left out) that one. Undefined for what is no date.
 */
export function filterTime(text: string, of: 'first' | 'last'): number | undefined {
  const day = instant.exec(text)?.[1] ?? text;
  if (!dateOnly.test(day) || !isDay(day.replaceAll('-', '/'))) return undefined;
  const start = Date.parse(text) / 1000;
  if (day === text) return of === 'first' ? start : start + 86_399;
  // Commits have whole seconds: the first one not before a fraction of one, the last one not after it.
  return of === 'first' ? Math.ceil(start) : Math.floor(start);
}
