import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { bold, command, dim, here, run, say, showTree } from './demo-show.mjs';
import { root } from './repository.mjs';
import { missingTools } from './tool-steps.mjs';

/** Mines this repository and summarises its newest commit, or says why that is left out; says whether it was done. */
export function showMining() {
  const reason = whyNot();
  if (reason !== undefined) {
    say('', bold('5 and 6. A history and a commit of it, as evidence'));
    say(`Left out: ${reason}`, `Then \`${command} mine --limit 50\` shows it.`);
    return false;
  }
  say('', bold('5. A history: this repository’s own commits, as evidence'));
  openWhereUnfenced();
  const [manifest] = run(['mine', '--limit', '50'], 3);
  const output = join(dirname(manifest), 'output');
  say('', bold('What it left'));
  showTree(dirname(manifest));
  showExcerpt(join(output, 'summary.md'), [/^# /, 3], [/^## Hotspots/, 9]);

  say('', bold('6. One commit: the newest'));
  const page = run(['summ', 'HEAD'], 1).at(-1);
  showExcerpt(page, [/^# /, 14], [/^## Files/, 9]);
  return true;
}

/** This repository is to be trusted: where its helper programs cannot be fenced, they run without, and it is said. */
function openWhereUnfenced() {
  const fences = [
    ['bwrap', '--ro-bind', '/', '/', '--unshare-net', 'true'],
    ['unshare', '--net', ...(process.getuid?.() === 0 ? [] : ['--map-current-user']), 'true'],
  ];
  if (fences.some(([program, ...words]) => spawnSync(program, words).status === 0)) return;
  process.env.TIMELAB_ISOLATION ??= 'none';
  say(
    'Helper programs cannot be kept off the network here: no bubblewrap, no namespaces. This once they run without,',
    'by TIMELAB_ISOLATION=none.',
  );
}

/** Why there is nothing to mine, or nothing to mine it with, and the way out; undefined where there is no reason. */
function whyNot() {
  const missing = missingTools();
  if (missing.length > 0)
    return `set-up has not built ${missing.join(' and ')}, as it says above. Get what it names, and run it again.`;
  const { status } = spawnSync('git', ['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: root });
  return status === 0
    ? undefined
    : 'this copy came without its git history, so there are no commits. Get it by `git clone`.';
}

/** Shows parts of a page: from each line that a pattern fits, so many lines. */
function showExcerpt(path, ...parts) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  say('', bold(here(path).split('/').slice(-2).join('/')));
  for (const [pattern, most] of parts) {
    const start = lines.findIndex((line) => pattern.test(line));
    if (start >= 0) say(...lines.slice(start, start + most), dim('…'));
  }
}
