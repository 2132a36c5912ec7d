import { appendFileSync } from 'node:fs';
import process from 'node:process';

/** Whether everything is tried, as `npm run trust` asks for, and not the part that `npm test` has time for. */
export const isLong = process.env['TIMELAB_TRUST'] === '1';

/** Notes a figure for the table of `npm run trust`: which bar, what was done, how often, and what came of it. */
export function noteFigure(bar: string, what: string, figure: string): void {
  const file = process.env['TIMELAB_TRUST_FIGURES'] ?? '';
  if (file !== '') appendFileSync(file, `${JSON.stringify({ bar, what, figure })}\n`);
}

/** A number that a sample is drawn by: another one each day, so that in time all is tried; printed, so that it can be drawn again. */
export const seed = Number(process.env['TIMELAB_TRUST_SEED'] ?? Math.floor(Date.now() / 86_400_000));

/** So many of the items, drawn by the seed and in their order; all of them where everything is tried. */
export function sample<T>(items: readonly T[], count: number): T[] {
  if (isLong || items.length <= count) return [...items];
  const ranked = items.map((item, at) => ({ item, at, rank: scrambled(at + 1) }));
  const drawn = ranked.sort((a, b) => a.rank - b.rank).slice(0, count);
  return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** A number from 0 to 1 for each number, as the seed has it (the multiplicative hash of Knuth, TAOCP 6.4). */
export function scrambled(at: number): number {
  const mixed = Math.imul(at ^ (seed * 40_503), 2_654_435_761) >>> 0;
  return (Math.imul(mixed ^ (mixed >>> 15), 2_246_822_519) >>> 0) / 2 ** 32;
}
