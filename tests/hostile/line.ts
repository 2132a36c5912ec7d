import { lines, type Repository } from './repository.ts';

/** A line of commits that each change one file. */
export function line(repository: Repository, count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    repository.commit({ files: { a: lines(at + 1) }, message: `commit ${at}\n` }),
  );
}
