import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { inRepository } from './repository.mjs';
import { answers, isOlder } from './requirements.mjs';
import { runQuietly } from './run-quietly.mjs';
import { stamp } from './stamp.mjs';

const rust = inRepository('tools/rust_extractor');
const python = inRepository('tools/py_post');

/** Where set-up puts the two helper programs. */
const rustExtractor = `${rust}/target/release/rust_extractor`;
const pyPost = `${python}/.venv/bin/py_post`;

const rustStamp = () =>
  stamp(`${rust}/target/.timelab-setup`, [`${rust}/Cargo.toml`, `${rust}/Cargo.lock`, `${rust}/src`]);
const pythonStamp = () =>
  stamp(`${python}/.venv/.timelab-setup`, [`${python}/requirements.txt`, `${python}/pyproject.toml`]);

/** The steps that build the helper programs; a program whose compiler is missing is left out, and set-up goes on. */
export const toolSteps = [
  {
    source: `${rust}/Cargo.toml`,
    name: 'rust_extractor, which reads git histories',
    needed: () => {
      if (existsSync(rustExtractor) && rustStamp().holds()) return 'done';
      return (
        hasCargo(oldestRust()) ||
        `left out: no cargo ${oldestRust()} or newer here (https://rustup.rs); only \`mine\` and \`summ\` need it`
      );
    },
    run: async () => {
      await runQuietly('cargo', ['build', '--release', '--locked', '--manifest-path', `${rust}/Cargo.toml`]);
      rustStamp().set();
    },
    advice: 'cargo could not build it: check the network for its crates, and that there is a C linker (cc).',
  },
  {
    source: `${python}/pyproject.toml`,
    name: 'py_post, which writes summaries',
    needed: () => {
      if (existsSync(pyPost) && pythonStamp().holds()) return 'done';
      return (
        answers('python3', ['-c', newEnough]) ||
        'left out: no python3.11 or newer with venv and pip here; only `mine` and `summ` need it'
      );
    },
    run: async () => {
      await installPyPost(`${python}/.venv`, 'requirements.txt');
      pythonStamp().set();
    },
    advice: 'pip could not fetch its packages: check the network, then run this again.',
  },
].filter(({ source }) => existsSync(source));

/** The names of the helper programs that `mine` and `summ` would not find: built here, named by a variable, or on the PATH. */
export function missingTools() {
  const built = { rust_extractor: rustExtractor, py_post: pyPost };
  const isThere = ([name, path]) =>
    existsSync(path) || process.env[`TIMELAB_${name.toUpperCase()}`] || answers(name, ['--version']);
  return Object.entries(built)
    .filter((tool) => !isThere(tool))
    .map(([name]) => name);
}

const oldestRust = () => /^rust-version = "(.+)"$/m.exec(readFileSync(`${rust}/Cargo.toml`, 'utf8'))[1];

function hasCargo(oldest) {
  const { stdout } = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  const version = /^cargo (\d+\.\d+)/.exec(stdout ?? '')?.[1];
  return version !== undefined && !isOlder(version, oldest);
}

const newEnough = 'import sys, venv, ensurepip, pip; sys.exit(sys.version_info < (3, 11))';

/** Makes a virtual environment with the packages that a requirements file pins by hash, and py_post from its sources. */
export async function installPyPost(environment, requirements) {
  await runQuietly('python3', ['-m', 'venv', '--clear', environment]);
  const pip = [`${environment}/bin/python`, '-m', 'pip', '--disable-pip-version-check', 'install', '--quiet'];
  const install = ([command, ...args], ...words) =>
    runQuietly(command, [...args, ...words], { env: process.env });
  await install(
    pip,
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--requirement',
    `${python}/${requirements}`,
  );
  await install(pip, '--no-deps', '--no-build-isolation', '--editable', python);
}
