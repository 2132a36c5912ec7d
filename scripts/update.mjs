import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { hooksEnvironment, prepareHooks } from './hooks.mjs';
import { inRepository } from './repository.mjs';
import { runQuietly } from './run-quietly.mjs';
import { runSteps, stopWith } from './steps.mjs';

const pnpm = inRepository('scripts/pnpm/node_modules/pnpm/bin/pnpm.cjs');
const project = 'tools/py_post/pyproject.toml';
const python = 'tools/py_post/requirements.txt';
const pinning = [
  '--universal',
  '--python-version',
  '3.11',
  '--fork-strategy',
  'fewest',
  '--generate-hashes',
  '--no-header',
  '--no-annotate',
  '--quiet',
];

/** How each lock is moved to the newest that its ranges allow; each is a step that can be asked for by its name. */
const locks = {
  node: {
    files: ['pnpm-lock.yaml'],
    run: () =>
      runQuietly(process.execPath, [
        pnpm,
        'update',
        '--recursive',
        '--no-save',
        '--lockfile-only',
        '--ignore-scripts',
      ]),
  },
  rust: {
    files: ['tools/rust_extractor/Cargo.lock'],
    run: () => runQuietly('cargo', ['update', '--manifest-path', 'tools/rust_extractor/Cargo.toml']),
  },
  python: {
    files: [python, 'tools/py_post/requirements-dev.txt'],
    run: async () => {
      await pin([project, '--group', `${project}:build`], python);
      await pin(
        [project, '--group', `${project}:build`, '--group', `${project}:dev`, '--constraints', python],
        'tools/py_post/requirements-dev.txt',
      );
    },
  },
  hooks: {
    files: ['scripts/hooks/requirements.txt', 'scripts/sbom/package-lock.json'],
    run: async () => {
      await pin(['scripts/hooks/requirements.in'], 'scripts/hooks/requirements.txt');
      await lockGenerator();
    },
  },
  nix: {
    files: ['flake.lock'],
    run: () =>
      runQuietly('nix', ['--extra-experimental-features', 'nix-command flakes', 'flake', 'update'], {
        env: process.env,
      }),
  },
};

const pin = (words, file) =>
  runQuietly(
    `${hooksEnvironment}/bin/uv`,
    ['pip', 'compile', ...words, ...pinning, '--upgrade', '--output-file', file],
    {
      env: process.env,
    },
  );

/** npm's lock of cdxgen, without what cdxgen can do without: those are other people's programs, in binaries. */
async function lockGenerator() {
  const folder = mkdtempSync(join(tmpdir(), 'timelab-lock-'));
  const copy = join(folder, 'package-lock.json');
  try {
    cpSync(inRepository('scripts/sbom/package.json'), join(folder, 'package.json'));
    const words = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
    await runQuietly('npm', [...words, '--omit-lockfile-registry-resolved=true'], { cwd: folder });
    const lock = JSON.parse(readFileSync(copy, 'utf8'));
    writeFileSync(
      inRepository('scripts/sbom/package-lock.json'),
      `${JSON.stringify(withoutOptional(lock), null, 2)}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withoutOptional(lock) {
  const needed = Object.entries(lock.packages).filter(([, { optional }]) => !optional);
  const packages = needed.map(([path, { optionalDependencies, ...rest }]) => [path, rest]);
  return { ...lock, packages: Object.fromEntries(packages) };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => locks[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`There is no lock "${unknown.join('", "')}": ${Object.keys(locks).join(', ')}.\n`);
  process.exit(64);
}
const chosen = asked.length > 0 ? asked : Object.keys(locks);
const steps = chosen.map((name) => ({
  name: `${name}: ${locks[name].files.join(', ')}`,
  needed: () => true,
  run: locks[name].run,
  advice: 'Nothing else was touched. Check that its tool is here and the network is, then run this again.',
}));
await prepareHooks()
  .then(() => runSteps(steps))
  .catch(stopWith);
const files = chosen.flatMap((name) => locks[name].files);
process.stdout.write(await runQuietly('git', ['diff', '--stat', '--', ...files]));
process.stdout.write('How to review this, and what to write where: docs/3-extend/LOCKFILES.md\n');
