import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { root, timelab } from './repository.mjs';
import { setUp } from './setup.mjs';

const { stdout } = process;
const colours = stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = (text) => paint(1, text);
const dim = (text) => paint(2, text);
const say = (...lines) => stdout.write(`${lines.join('\n')}\n`);
const here = (path) => relative(root, path);
const command = here(timelab);

say(bold('Set-up'));
await setUp();

say('', bold('1. A day: the folder for today’s questions and answers'));
const [day] = run('day');

say('', bold('2. A spec: what is asked, as a small JSON file'));
const spec = join(day, 'ai-team/specs/first-answer.json');
if (existsSync(spec)) say(`${here(spec)} is there from an earlier time, and is asked again.`);
else run('new', 'first-answer');
say(dim(readFileSync(spec, 'utf8').trimEnd()));

say('', bold('3. A model: SmolLM2, 135 million parameters, runs in this process, no server needed'));
say('Its weights are 93 MB. They are fetched once, and checked by their sha256.');
run('model', 'pull', 'smollm2');

say('', bold('4. A run: the model answers the spec'));
const [manifestFile] = run('ai', '--spec', here(spec), '--show');

say('', bold('5. The index: rebuilt from the manifests, whenever you like'));
run('sync');

const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
showTree(dirname(manifestFile));
showRecord(manifest);
recompute(manifest, manifestFile);
showNext();

/** Shows a command as a person types it, runs it, and gives the lines it printed; ends with it when it fails. */
function run(...words) {
  say(dim(`$ ${command} ${words.join(' ')}`));
  const child = spawnSync(timelab, words, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  stdout.write(child.stdout ?? '');
  if (child.status !== 0) process.exit(child.status ?? 70);
  return child.stdout.trimEnd().split('\n');
}

function showTree(folder) {
  say('', bold('What the run left'), here(folder));
  const files = readdirSync(folder, { recursive: true })
    .sort()
    .map((name) => ({ name, entry: statSync(join(folder, name)) }));
  for (const { name, entry } of files) {
    const indent = '  '.repeat(name.split('/').length);
    say(`${indent}${name.split('/').at(-1)}${entry.isDirectory() ? '/' : dim(`  ${entry.size} bytes`)}`);
  }
}

function showRecord({
  run_id,
  status,
  timestamp_start,
  timestamp_end,
  git_sha,
  model,
  metrics,
  determinism,
}) {
  const rows = [
    ['run_id', run_id, 'names this run; you can recompute it, see below'],
    ['status', status, 'ok, error, cancelled, or running'],
    ['timestamp_start', timestamp_start, 'when it began, in UTC'],
    ['timestamp_end', timestamp_end, 'when it ended'],
    ['git_sha', git_sha, 'the commit this lab was at'],
    ['model.name', model?.name, 'who answered'],
    ['model.hash', model?.hash, 'the sha256 of the exact weights'],
    ['metrics.tokens_output', metrics?.tokens_output, 'how long the answer is'],
    ['determinism.tier', determinism?.tier, 'what was shown about repeating it; reasons stand beside it'],
  ];
  say('', bold('What run.json says about it'));
  for (const [field, value, meaning] of rows)
    say(`  ${field.padEnd(22)} ${value}`, dim(`  ${''.padEnd(22)} ${meaning}`));
}

/** Recomputes the run id with the system's own tools, as design and schema define it, and compares. */
function recompute({ run_id, git_sha, flake_lock_sha256, timestamp_start }, file) {
  const tool = process.platform === 'darwin' ? 'shasum -a 256' : 'sha256sum';
  const specHash = `$(${tool} < '${here(join(dirname(file), 'input/spec.json'))}' | cut -d ' ' -f 1)`;
  const line = `printf %s "${specHash}" ${git_sha} ${flake_lock_sha256} ${timestamp_start} | ${tool}`;
  say('', bold('Anybody can check the run_id: spec, commit, flake.lock and start, hashed'), dim(`$ ${line}`));
  const digest = spawnSync('sh', ['-c', line], { cwd: root, encoding: 'utf8' }).stdout.split(' ')[0];
  say(digest);
  if (digest !== run_id) throw new Error(`That is not the run_id, ${run_id}.`);
  say('That is the run_id.');
}

function showNext() {
  say('', bold('What to try next'));
  const specPath = here(spec);
  for (const [line, what] of [
    ['cat latest/run.json', 'the newest record, whole'],
    ['cat runs.csv', 'every run of this lab, one row each'],
    [`$EDITOR ${specPath}`, 'ask something else'],
    [
      `node_modules/.bin/just ai spec=${specPath} model=ollama:qwen2.5:7b`,
      'ask a larger model, if you run Ollama',
    ],
    [`${command} model list`, 'what can answer here'],
    [`${command} init ~/my-lab`, 'a lab of your own, without this repository'],
  ])
    say(`  ${line}`, dim(`      ${what}`));
}
