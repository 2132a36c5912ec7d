import { Problem } from './problem.ts';

/** One day of a lab: a `YYYY/MM/DD` folder, relative to the lab, with "/" between its parts. */
export type DayPath = string;

/** What the folder of a day looks like inside a lab. */
export const dayPattern = /^\d{4}\/\d{2}\/\d{2}$/;

/** The day that an instant falls on, in UTC unless another IANA time zone is named. */
export function dayOf(instant: Date, timeZone = 'UTC'): DayPath {
  if (timeZone === 'UTC') return instant.toISOString().slice(0, 10).replaceAll('-', '/');
  const parts = partsIn(instant, timeZone);
  return `${parts.year}/${parts.month}/${parts.day}`;
}

/** An instant as a clock in the zone shows it, with the zone's offset: RFC 3339 with milliseconds. */
export function localTime(instant: Date, timeZone: string): string {
  const { year, month, day, hour, minute, second } = partsIn(instant, timeZone);
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = String(instant.getUTCMilliseconds()).padStart(3, '0');
  const offset = Math.round((Date.parse(`${wall}Z`) - Math.floor(instant.getTime() / 1000) * 1000) / 60_000);
  return `${wall}.${milliseconds}${formatOffset(offset)}`;
}

/** Reads a date as people write it, `2025-10-15` or `2025/10/15`; a date that no calendar has is refused. */
export function parseDay(text: string): DayPath {
  const match = /^(\d{4})[-/](\d{2})[-/](\d{2})$/.exec(text);
  const iso = match === null ? '' : `${match[1]}-${match[2]}-${match[3]}`;
  const instant = new Date(`${iso}T00:00:00.000Z`);
  if (match === null || Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== iso) {
    throw new Problem('usage', `${JSON.stringify(text)} is not a date.`, {
      hint: 'Write it as YYYY-MM-DD, such as 2025-10-15.',
    });
  }
  return iso.replaceAll('-', '/');
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
