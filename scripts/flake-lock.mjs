import { readFileSync } from 'node:fs';
import process from 'node:process';
import { inRepository } from './repository.mjs';

const shownDigits = 12;

/** What flake.lock locks and the changelog does not name, as the words that it has to have: a name, and 12 digits. */
function unnamed(lock, changelog) {
  return Object.entries(lock.nodes)
    .filter(([, { locked }]) => locked?.rev !== undefined)
    .map(([name, { locked }]) => `${name} at ${locked.rev.slice(0, shownDigits)}`)
    .filter((words) => !changelog.includes(words));
}

const lock = JSON.parse(readFileSync(inRepository('flake.lock'), 'utf8'));
const left = unnamed(lock, readFileSync(inRepository('CHANGELOG.md'), 'utf8'));
if (left.length > 0) {
  process.stderr.write(
    `flake.lock locks what CHANGELOG.md does not name: write "${left.join('", "')}" under Unreleased, and why it moved.\n`,
  );
  process.exitCode = 65;
}
