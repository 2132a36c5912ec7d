import { madeHistory } from './make-history.ts';
import { timeOnce } from './measure.ts';
import { extractor } from './subjects.ts';
import type { Figure } from './table.ts';

const sizes = [1000, 8000, 20_000, 40_000, 80_000];

/** Whether the cost of a commit stays the same however long its history is: of the newest N of 80,000 commits. */
export async function benchLinear(): Promise<Figure[]> {
  const path = await madeHistory(80_000);
  const each = sizes.map((size) => {
    const words = [extractor, 'history', '--repo', path, '--limit', String(size), '--shards', '2'];
    return timeOnce({ words }) / size;
  });
  const [first = Number.NaN] = each;
  return sizes.map((size, at) => {
    const own = each[at] ?? Number.NaN;
    return {
      what: `extractor, the newest ${size.toLocaleString('en')} of 80,000 commits`,
      measured: `${(own * 1000).toFixed(0)} microseconds a commit, ${(own / first).toFixed(2)} x`,
      anchor: `the newest 1,000: ${(first * 1000).toFixed(0)}`,
      bar: '1.5 x',
      held: own / first <= 1.5,
    };
  });
}
