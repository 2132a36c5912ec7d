import { existsSync, realpathSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { inRepository } from './repository.mjs';
import { answers } from './requirements.mjs';
import { runQuietly } from './run-quietly.mjs';
import { stamp } from './stamp.mjs';
import { runSteps, stopWith } from './steps.mjs';

const requirements = inRepository('scripts/hooks/requirements.txt');
const manifest = inRepository('tools/rust_extractor/Cargo.toml');
const actionlintSource = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';

/** The virtual environment of the hooks and of the bills of material. */
export const hooksEnvironment = inRepository('.cache/hooks');

const made = stamp(`${hooksEnvironment}/.timelab-setup`, [requirements]);
const formatter = inRepository('tests/nix/host-nixpkgs/alejandra');
const generator = inRepository('scripts/sbom');
const generatorMade = stamp(`${generator}/node_modules/.timelab-setup`, [`${generator}/package-lock.json`]);
const actionlint = `${hooksEnvironment}/bin/actionlint`;

/** What the hooks and the bills of material need beside what set-up brings; what only one hook needs is left out where it cannot be had. */
const steps = [
  {
    name: "the hooks' programs, pinned by their hashes",
    needed: () => !made.holds() || 'done',
    run: installEnvironment,
    advice: 'This needs python3.11 or newer with venv and pip, and the network.',
  },
  {
    name: 'cdxgen, which reads lock files, pinned by its hash',
    needed: () => !generatorMade.holds() || 'done',
    run: async () => {
      await runQuietly('npm', ['ci', '--prefix', generator, '--ignore-scripts', '--no-audit', '--no-fund']);
      generatorMade.set();
    },
    advice: 'npm could not fetch it: check the network or the proxy settings of npm.',
  },
  {
    name: 'actionlint, which reads the workflows',
    needed: () => {
      if (existsSync(actionlint)) return 'done';
      return answers('go', ['version']) || 'left out: no Go here; the hook says so where it is needed';
    },
    run: () =>
      runQuietly('go', ['install', actionlintSource], {
        env: { ...process.env, GOBIN: `${hooksEnvironment}/bin` },
      }),
    advice: 'Go could not build it: check the network.',
  },
  {
    name: 'alejandra, which formats Nix files',
    needed: () => {
      if (existsSync(`${hooksEnvironment}/bin/alejandra`)) return 'done';
      return (
        answers('cargo', ['--version']) || 'left out: no cargo here; the hook says so where it is needed'
      );
    },
    run: () =>
      runQuietly(
        'cargo',
        ['install', '--locked', '--no-track', '--path', formatter, '--root', hooksEnvironment],
        {
          env: { ...process.env, CARGO_TARGET_DIR: `${hooksEnvironment}/target` },
        },
      ),
    advice: 'cargo could not build it: check the network.',
  },
  {
    name: "rust_extractor's crates, so that clippy needs no network",
    needed: () => answers('cargo', ['--version']) || 'left out: no cargo here',
    run: () => runQuietly('cargo', ['fetch', '--locked', '--manifest-path', manifest]),
    advice: 'cargo could not fetch them: check the network.',
  },
];

async function installEnvironment() {
  await runQuietly('python3', ['-m', 'venv', '--clear', hooksEnvironment]);
  const words = [
    '--disable-pip-version-check',
    'install',
    '--quiet',
    '--require-hashes',
    '--only-binary',
    ':all:',
  ];
  await runQuietly(`${hooksEnvironment}/bin/python`, ['-m', 'pip', ...words, '--requirement', requirements], {
    env: process.env,
  });
  made.set();
}

/** Makes what the hooks and the bills of material need, as far as it is not there; throws an Error with `details` and `advice` when it cannot. */
export const prepareHooks = () => runSteps(steps);

/** Has git run the hooks before each commit in this clone. */
const install = () => runQuietly(`${hooksEnvironment}/bin/pre-commit`, ['install']);

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await prepareHooks().catch(stopWith);
  if (process.argv.includes('--install')) process.stdout.write(await install());
}
