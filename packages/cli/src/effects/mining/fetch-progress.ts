import type { Context } from '../../command.ts';

const step =
  /^(?:remote: )?((?:Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Filtering|Checking|Updating) [a-z]+: .*)$/;

/** Takes git's own lines about how far it has come, and shows them with the host; says whether a line was one. */
export function fetchProgress({ report }: Context, host: string): (line: string) => boolean {
  return (line) => {
    const [, shown] = step.exec(line.trimEnd()) ?? [];
    if (shown === undefined) return false;
    report.progress(`${host}${host === '' ? '' : ': '}${shown.toLowerCase()}`);
    return true;
  };
}
