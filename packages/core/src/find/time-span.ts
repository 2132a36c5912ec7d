import { Problem } from '../problem/problem.ts';
import { filterTime } from './filter-time.ts';

/** The units of a span of time, in seconds, the longest first. */
const units = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const;

/**
 * The instant that a word of a filter means: so long before now (`3d`, `12h`, `45m`, `2w`, `90s`), a date in UTC, of
 * which it is the first or the last millisecond, or an instant. Throws `usage`.
 */
export function readMoment(text: string, of: 'first' | 'last', now: Date): Date {
  const [, count, unit] = /^(\d{1,6})([wdhms])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    return new Date(now.getTime() - Number(count) * units[unit as keyof typeof units] * 1000);
  }
  const second = filterTime(text, of);
  if (second !== undefined) return new Date(second * 1000 + (of === 'last' ? 999 : 0));
  throw new Problem('usage', `${JSON.stringify(text)} is no time to look from or to.`, {
    hint: 'Write so long ago (3d, 12h, 45m, 2w), a date (2025-10-15) or an instant (2025-10-15T10:23:00Z).',
  });
}

const words = { w: 'week', d: 'day', h: 'hour', m: 'minute', s: 'second' } as const;

/** How long before now an instant was, in the longest unit that fits, such as `3 days ago`; `in 2 hours` of one to come. */
export function relativeTime(instant: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - instant.getTime()) / 1000);
  const span = Math.abs(seconds);
  if (span === 0) return 'just now';
  const [unit, length] = Object.entries(units).find(([, one]) => span >= one) ?? ['s', 1];
  const count = Math.floor(span / length);
  const said = `${count} ${words[unit as keyof typeof words]}${count === 1 ? '' : 's'}`;
  return seconds > 0 ? `${said} ago` : `in ${said}`;
}
