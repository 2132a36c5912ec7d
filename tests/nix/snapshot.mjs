import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { inRepository, root } from '../../scripts/repository.mjs';
import { output } from './command.mjs';

const never = '1970-01-01T00:00:00Z';
const nobody = { NAME: 'Ada', EMAIL: 'ada@example.org', DATE: never };

/** Whom commits are by, and when: nobody, at no time; for the environment of git. */
export const identity = Object.fromEntries(
  Object.entries(nobody).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]),
);

/**
 * Copies what git knows of this repository, as it is now, into a new repository of one commit: equal files have an equal
 * commit, and whoever edits meanwhile changes nothing that is under test.
 */
export async function snapshot(folder) {
  const listed = await output('git', ['ls-files', '-z'], { cwd: root });
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(inRepository(name)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(inRepository(path), join(folder, path), { verbatimSymlinks: true });
  }
  await inOrder(folder, [
    ['init', '-q'],
    ['add', '--all', '--force'],
  ]);
  await commitAll(folder);
  return folder;
}

/** Commits what has changed in the files that git knows, by nobody and at no time. */
export async function commitAll(folder) {
  await inOrder(folder, [['commit', '-qam', 'as it is now']]);
}

async function inOrder(cwd, calls) {
  const env = { ...process.env, ...identity, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const settings = ['-c', 'core.autocrlf=false', '-c', 'core.hooksPath=/dev/null'];
  for (const words of calls) await output('git', [...settings, ...words], { cwd, env });
}
