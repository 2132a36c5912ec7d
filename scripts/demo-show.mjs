import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { root, timelab } from './repository.mjs';

const { stdout } = process;
const colours = stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);
export const say = (...lines) => stdout.write(`${lines.join('\n')}\n`);

/** A path as a person types it at the root of the repository. */
export const here = (path) => relative(root, path);

/** The command as a person types it. */
export const command = here(timelab);

/**
 * Shows a timelab command as a person types it, runs it, shows the first lines that it printed, and gives all of them;
 * ends with it when it fails.
 */
export function run(words, mostLines = 10) {
  say(dim(`$ ${command} ${words.join(' ')}`));
  const child = spawnSync(timelab, words, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  const lines = (child.stdout ?? '').split('\n').filter((line) => line !== '');
  if (lines.length > 0) say(...lines.slice(0, mostLines));
  if (lines.length > mostLines) say(dim(`… and ${lines.length - mostLines} more lines`));
  if (child.status !== 0) process.exit(child.status ?? 70);
  return lines;
}

/** Shows what is in a run folder; of many commits' folders the first. */
export function showTree(folder) {
  say(here(folder));
  const names = readdirSync(folder, { recursive: true }).sort();
  const commits = names.filter((name) => /^output\/commit_[0-9a-f]+$/.test(name));
  const [shown] = commits;
  for (const name of names) {
    if (!name.startsWith('output/commit_') || name.split('/')[1] === shown?.split('/')[1])
      showEntry(folder, name);
    else if (name === commits[1]) say(dim(`    commit_…/  ${commits.length - 1} more`));
  }
}

function showEntry(folder, name) {
  const entry = statSync(join(folder, name));
  const indent = '  '.repeat(name.split('/').length);
  say(`${indent}${name.split('/').at(-1)}${entry.isDirectory() ? '/' : dim(`  ${entry.size} bytes`)}`);
}
