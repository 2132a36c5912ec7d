import type { Context } from '../../command.ts';

/** Takes rust_extractor's `<done> <total>` lines and shows them with commits per second and the time left; says whether a line was one. */
export function progressLine(
  { report, world }: Context,
  before: number,
  total: number,
): (line: string) => boolean {
  const began = world.elapsed();
  return (line) => {
    const [, count] = /^(\d+) \d+$/.exec(line) ?? [];
    if (count === undefined) return false;
    const seconds = (world.elapsed() - began) / 1000;
    report.progress(`mining: ${shownProgress(Number(count), seconds, before, total)}`);
    return true;
  };
}

/** How far a count has come, in words: `1,200 of 8,000 commits, 1,550 a second, 5 s left`. */
export function shownProgress(done: number, seconds: number, before: number, total: number): string {
  const rate = done / Math.max(seconds, 0.001);
  const left =
    done === 0 ? '' : `, ${number(rate)} a second, ${Math.ceil((total - before - done) / rate)} s left`;
  return `${number(before + done)} of ${number(total)} commits${left}`;
}

// By hand: the system's own tables for a language take 50 ms to load.
const number = (value: number) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
