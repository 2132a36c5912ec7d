import { Problem } from './problem/problem.ts';

/** One day of a lab: a `YYYY/MM/DD` folder, relative to the lab, with "/" between its parts. */
export type DayPath = string;

/** What the folder of a day looks like inside a lab. */
export const dayPattern = /^\d{4}\/\d{2}\/\d{2}$/;

/**
 * The years that a lab has days in, first and last: from the epoch of Unix on, so that every calendar at hand is
 * the Gregorian one, and to one year before a fifth digit, so that the next instant can be written as well.
 */
const YEARS = [1970, 9998] as const;

/** The day that an instant falls on, in UTC or another IANA time zone; throws `usage` outside the years 1970 to 9998. */
export function dayOf(instant: Date, timeZone = 'UTC'): DayPath {
  const day = timeZone === 'UTC' ? utcDay(instant) : zonedDay(instant, timeZone);
  if (isDay(day)) return day;
  throw new Problem('usage', `The clock shows the day ${day}, and ${boundInWords}.`, {
    hint: 'Set the clock right, or TIMELAB_NOW if that is what sets it.',
  });
}

/** An instant as a clock in the zone shows it, with the zone's offset: RFC 3339 with milliseconds. */
export function localTime(instant: Date, timeZone: string): string {
  const { year, month, day, hour, minute, second } = partsIn(instant, timeZone);
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = String(instant.getUTCMilliseconds()).padStart(3, '0');
  const offset = Math.round((Date.parse(`${wall}Z`) - Math.floor(instant.getTime() / 1000) * 1000) / 60_000);
  return `${wall}.${milliseconds}${formatOffset(offset)}`;
}

/** Reads a date as people write it, `2025-10-15` or `2025/10/15`; throws `usage` for one that no lab can have. */
export function parseDay(text: string): DayPath {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.replaceAll('-', '/') : text;
  if (isDay(day)) return day;
  throw new Problem('usage', `${JSON.stringify(text)} is not a date that a lab can have.`, {
    hint: `Write it as YYYY-MM-DD, such as 2025-10-15; ${boundInWords}.`,
  });
}

/** Reads an instant in UTC, to the second or the millisecond; throws `usage` for one that no calendar or lab has. */
export function parseInstant(text: string): Date {
  if (isInstant(text)) return new Date(text);
  throw new Problem('usage', `${JSON.stringify(text)} is not an instant.`, {
    hint: `Write it in UTC, such as 2025-10-15T10:23:00.000Z; ${boundInWords}.`,
  });
}

/** Whether a text is the `YYYY/MM/DD` of a day that the calendar has, in a year that a lab can have. */
export function isDay(text: string): boolean {
  return dayPattern.test(text) && isInstant(`${text.replaceAll('/', '-')}T00:00:00Z`);
}

/** Whether a text is an RFC 3339 instant in UTC, on a day that a lab can have. */
export function isInstant(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const complete = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text);
  if (!complete || year < YEARS[0] || year > YEARS[1]) return false;
  const instant = new Date(text);
  // Dates that no month has roll over into the next, so they are known by not coming back.
  return !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 19) === text.slice(0, 19);
}

const boundInWords = `a lab has days from ${YEARS[0]} to ${YEARS[1]}`;

// Not by the calendars of Intl, which are slow to open: a sync asks for the day of every run.
function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, -'T00:00:00.000Z'.length).replaceAll('-', '/');
}

function zonedDay(instant: Date, timeZone: string): string {
  const { year, month, day } = partsIn(instant, timeZone);
  return `${year}/${month}/${day}`;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

function partsIn(instant: Date, timeZone: string): Record<Part, string> {
  const formatted = formatterFor(timeZone).formatToParts(instant);
  const part = (type: Part) => formatted.find((piece) => piece.type === type)?.value ?? '';
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    throw new Problem('usage', `${JSON.stringify(timeZone)} is not a time zone.`, {
      hint: 'Use a name of the IANA database, such as Europe/Berlin or UTC.',
    });
  }
}

function formatOffset(minutes: number): string {
  const sign = minutes < 0 ? '-' : '+';
  const absolute = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${sign}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}
