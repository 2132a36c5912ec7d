import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { showMining } from './demo-mining.mjs';
import { bold, command, dim, here, run, say, showTree } from './demo-show.mjs';
import { inRepository, root } from './repository.mjs';
import { setUp } from './setup.mjs';

say(bold('Set-up'));
await setUp();

if (!existsSync(inRepository('.git'))) {
  say('', bold('A lab: this copy came without .git, so it becomes a git repository of its own'));
  run(['init']);
}

say('', bold('1. A day: the folder for today’s questions and answers'));
const [day] = run(['day']);

say('', bold('2. A spec: what is asked, as a small JSON file'));
const spec = join(day, 'ai-team/specs/first-answer.json');
if (existsSync(spec)) say(`${here(spec)} is there from an earlier time, and is asked again.`);
else run(['new', 'first-answer']);
say(dim(readFileSync(spec, 'utf8').trimEnd()));

say('', bold('3. A model: SmolLM2, 135 million parameters, runs in this process, no server needed'));
say('Its weights are 93 MB. They are fetched once, and checked by their sha256.');
run(['model', 'pull', 'smollm2']);

say('', bold('4. A run: the model answers the spec'));
const [manifestFile] = run(['ai', '--spec', here(spec), '--show']);
say('', bold('What the run left'));
showTree(dirname(manifestFile));

const mined = showMining();

say('', bold('7. The index: rebuilt from the manifests, whenever you like'));
run(['sync']);

const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
showRecord(manifest);
recompute(manifest, manifestFile);
showRepetition(manifestFile);
showNext();

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
  say('', bold('What run.json says about the answer'));
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

/** Repeats the demo's own run; ends with it where the answer is not the same. */
function showRepetition(file) {
  say('', bold('Can it be had again? The same spec, asked once more, and the two answers compared'));
  const [again] = run(['repro', here(dirname(file))], 1);
  const { verdict, changed } = JSON.parse(readFileSync(again, 'utf8')).repro;
  say(`verdict: ${verdict}`, dim(`changed: ${changed.join(', ') || 'nothing'}`));
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
    ...(mined
      ? [[`${command} summ HEAD --model llamacpp:smollm2`, 'the newest commit in a model’s words, too']]
      : []),
    [`${command} repro latest`, 'the newest run again: is its answer the same?'],
    [`${command} model list`, 'what can answer here'],
    [`${command} init ~/my-lab`, 'a lab of your own, without this repository'],
  ])
    say(`  ${line}`, dim(`      ${what}`));
}
