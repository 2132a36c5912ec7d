import { median, peakMegabytes, timeInTurn } from './measure.ts';
import type { Figure } from './table.ts';

/** How long `timelab --version` and `--help` take beside a Node that does nothing. */
export function benchStartup(binary: string): Figure[] {
  const node = process.execPath;
  const commands = [
    [node, '-e', '0'],
    [node, binary, '--version'],
    [node, binary, '--help'],
  ];
  const [empty = [], ...ours] = timeInTurn(
    commands.map((words) => ({ words })),
    40,
  );
  return ours.flatMap((sample, at) => {
    const words = commands[at + 1] ?? [];
    const ratio = median(sample) / median(empty);
    const memory = peakMegabytes({ words });
    const what = `timelab ${words.at(-1)}`;
    return [
      {
        what,
        measured: `${median(sample).toFixed(0)} ms, ${ratio.toFixed(2)} x`,
        anchor: `node -e 0, ${median(empty).toFixed(0)} ms`,
        bar: '1.5 x',
        held: ratio <= 1.5,
      },
      {
        what: `${what}, peak memory`,
        measured: `${memory.toFixed(0)} MB`,
        anchor: '',
        bar: '100 MB',
        held: memory < 100,
      },
    ];
  });
}
