import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { prepareCache, standIn } from '../tests/nix/command.mjs';
import { makeHostNixpkgs } from '../tests/nix/host.mjs';
import { snapshot } from '../tests/nix/snapshot.mjs';
import { flakeSteps } from '../tests/nix/steps.mjs';
import { answers } from './requirements.mjs';
import { seconds } from './steps.mjs';

const { stdout } = process;

/** The flake, by every Nix that TIMELAB_TEST_NIX names, joined by ":", or else by the one on the PATH. */
export const nixSuites = programs().map((program) => ({
  name: `the flake, by ${program}`,
  run: async () => await testFlake(program),
}));

function programs() {
  const named = (process.env.TIMELAB_TEST_NIX ?? '').split(':').filter((path) => path !== '');
  return named.length > 0 ? named : ['nix'];
}

const isThere = (program) => answers(program, ['--version']);

async function testFlake(program) {
  if (process.platform !== 'linux') return skipped('only Linux on x64 or arm64 has a stand-in for nixpkgs');
  if (!isThere(program)) return skipped(`no Nix (${program}); \`apt-get install nix-bin\` brings one`);
  try {
    prepareCache(makeHostNixpkgs(standIn));
  } catch ({ message }) {
    return skipped(
      `the stand-in for nixpkgs needs cargo that has fetched crates, python3 and npm: ${message}`,
    );
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'timelab-nix-')));
  try {
    const sources = await snapshot(join(folder, 'sources'));
    const long = program === programs().find(isThere);
    return await inTurn(flakeSteps(program, sources, folder, { long }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the steps one after the other; once a fetch has found no network, the rest is left out and says so. */
async function inTurn(steps) {
  const total = { passed: 0, failed: 0, skips: [] };
  for (const [name, run] of Object.entries(steps)) {
    const start = performance.now();
    const { details, message, skip, told } = await run().then(
      (result) => ({ told: result?.told }),
      (error) => error,
    );
    if (message === undefined) total.passed += 1;
    else if (skip !== undefined) total.skips.push({ file: 'flake.nix', name, note: skip });
    else if (/unable to download/.test(details))
      return { ...total, ...skipped('no network for what the flake fetches') };
    else total.failed += 1;
    const word = message === undefined ? 'ok  ' : skip === undefined ? 'FAIL' : 'skip';
    stdout.write(`${word} ${name} ${seconds(start)}${told === undefined ? '' : ` ${told}`}\n`);
    if (word === 'FAIL') stdout.write(`${details ?? ''}\n${message}\n`);
  }
  return total;
}

function skipped(note) {
  return { passed: 0, failed: 0, skips: [{ file: 'flake.nix', name: 'the whole flake', note }] };
}
