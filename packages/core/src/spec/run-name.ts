import { namePattern } from './spec.ts';

/** What a run is called whose spec has no name: as its file, with what no name may hold put to "-"; `run` at the worst. */
export function runNameFrom(fileName: string): string {
  const safe = fileName
    .replace(/\.json$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return namePattern.test(safe) ? safe : 'run';
}
