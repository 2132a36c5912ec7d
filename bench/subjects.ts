import { basename, dirname } from 'node:path';

/** The program whose speed is measured, as set-up builds it; absolute. */
export const extractor = `${process.cwd()}/tools/rust_extractor/target/release/rust_extractor`;

/** The repositories that TIMELAB_BENCH_REPOSITORIES names, as paths with ":" between them. */
export function namedRepositories(): string[] {
  return (process.env['TIMELAB_BENCH_REPOSITORIES'] ?? '').split(':').filter((path) => path !== '');
}

/** What a repository is called in the table. */
export function nameOf(path: string): string {
  const own = basename(path).replace(/\.git$/, '');
  return own === 'repo' ? basename(dirname(path)).replace(/^.*\+/, '') : own;
}
