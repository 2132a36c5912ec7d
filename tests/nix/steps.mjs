import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { inRepository } from '../../scripts/repository.mjs';
import { callNix, insteadOfNixpkgs } from './command.mjs';
import { direnvSteps } from './direnv.mjs';
import { longSteps } from './long.mjs';
import { ownLabSteps } from './own-lab.mjs';
import { commitAll } from './snapshot.mjs';
import { troubleSteps } from './trouble.mjs';

const system = `${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}-${process.platform}`;
const packages = [
  'timelab',
  'rust_extractor',
  'py_post',
  'smollm2',
  'docker',
  'sbom',
  'rust-extractor',
  'py-post',
];
const sample = '2025/10/15/ai-team/specs/demo.json';

/** What each shell must have on its PATH, or be able to do. */
const shells = {
  default:
    'cargo --version && rustc --version && python3 --version && jq --version && just --version && pnpm --version',
  rust_dev: 'cargo fmt --version && cargo clippy --version',
  rust_an: 'cargo --version',
  python_ml: 'python3 -c "import networkx, jinja2" && ruff --version && black --version',
  data_mining: 'timelab --version && rust_extractor --version && py_post --version',
  lab: 'timelab --version && just --version',
  full: 'timelab --version && alejandra --check flake.nix nix && python3 -m mypy --version',
  ci: 'node --version && pnpm --version && cargo clippy --version && python3 -m pytest --version',
};

/**
 * Everything the flake promises, as steps of a name and a function, which may give `told`, words to show: `program` is the Nix under
 * test, `sources` are a copy of the repository, and `folder` is empty and theirs; `long` ones are among them if wanted. They
 * are in the order of what they cost.
 */
export function flakeSteps(program, sources, folder, { long }) {
  const nix = callNix(program, sources);
  const flake = `git+file://${sources}`;
  const build = async (name, ...options) => {
    const [{ outputs }] = JSON.parse(await nix(['build', `.#${name}`, '--no-link', '--json', ...options]));
    return outputs.out;
  };
  /** What the command was told of the flake that built it. */
  const facts = async () =>
    JSON.parse(readFileSync(join(await build('timelab'), 'lib/timelab/flake.json'), 'utf8'));
  const ground = { program, nix, flake, sources, folder, build, facts };
  return {
    'nix flake show: every output is there': async () => {
      const shown = JSON.parse(
        await nix(['flake', 'show', '--json', ...insteadOfNixpkgs, '--no-write-lock-file']),
      );
      for (const name of packages) assert.ok(shown.packages[system][name], name);
      assert.deepEqual(Object.keys(shown.devShells[system]).sort(), Object.keys(shells).sort());
      const apps = ['default', 'demo', 'llm-task', 'mine-commits', 'timelab'];
      assert.deepEqual(Object.keys(shown.apps[system]).sort(), apps);
    },
    'flake.lock takes the stand-in for nixpkgs': async () => {
      await nix(['flake', 'lock', ...insteadOfNixpkgs]);
      await commitAll(sources);
    },
    ...Object.fromEntries(packages.map((name) => [`nix build .#${name}`, async () => await build(name)])),
    'the bundle has the bytes of npm run setup': async () => {
      const bundle = await build('timelab.bundle');
      const files = readdirSync(bundle, { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      );
      assert.ok(files.length > 20);
      for (const { parentPath, name } of files) {
        const path = relative(bundle, join(parentPath, name));
        const ours = readFileSync(inRepository(join('packages/cli/dist', path)));
        assert.ok(ours.equals(readFileSync(join(bundle, path))), `${path} has others`);
      }
    },
    'the command brings none of the tools along that built it': async () => {
      assert.doesNotMatch(await nix(['path-info', '--recursive', '.#timelab']), /node-modules|cargo|pnpm/);
    },
    'nix run .#timelab -- ai --spec, in a lab of its own': async () => {
      const env = { TIMELAB_MODELS: join(await build('smollm2'), 'share/timelab') };
      const lab = join(folder, 'lab');
      await nix(['run', '.#timelab', '--', 'init', lab]);
      mkdirSync(join(lab, '2025/10/15/ai-team/specs'), { recursive: true });
      cpSync(inRepository(sample), join(lab, sample));
      const ask = ['run', `${flake}#timelab`, '--', 'ai', '--spec', sample];
      const printed = await nix(ask, { cwd: lab, env });
      const manifest = JSON.parse(readFileSync(printed.split('\n')[0], 'utf8'));
      assert.equal(manifest.status, 'ok');
      assert.equal(manifest.model.name, 'llamacpp:smollm2');
      assert.deepEqual(manifest.flake, await facts());
    },
    'the command knows which flake it comes from': async () => {
      const { revision, locked } = JSON.parse(await nix(['flake', 'metadata', '--json']));
      const { rev, narHash, inputs } = await facts();
      assert.equal(rev, revision);
      assert.equal(narHash, locked.narHash);
      assert.match(inputs.nixpkgs.narHash, /^sha256-/);
    },
    'nix run .#llm-task and .#mine-commits are the same program': async () => {
      assert.match(await nix(['run', '.#llm-task', '--', '--help']), /Usage: timelab ai/);
      assert.match(await nix(['run', '.#mine-commits', '--', '--help']), /Usage: timelab mine/);
    },
    'nix run .#demo makes a lab and asks the model': async () => {
      await nix(['run', '.#demo', '--', join(folder, 'demo')]);
      assert.equal(JSON.parse(readFileSync(join(folder, 'demo/latest/run.json'), 'utf8')).status, 'ok');
    },
    'the sources of the flake, without git, are a flake too': async () => {
      const { path } = JSON.parse(await nix(['flake', 'metadata', '--json']));
      const printed = await nix(['run', `path:${path}#timelab`, '--', '--version'], { cwd: folder });
      assert.equal(printed, await nix(['run', '.#timelab', '--', '--version']));
    },
    ...Object.fromEntries(
      Object.entries(shells).map(([name, commands]) => [
        `nix develop .#${name}`,
        async () => await nix(['develop', `.#${name}`, '-c', 'bash', '-ec', commands]),
      ]),
    ),
    'nix fmt finds nothing to do': async () => {
      await nix(['fmt', '--', '--check', 'flake.nix', 'nix', 'tests/nix']);
    },
    ...ownLabSteps(ground),
    ...direnvSteps(ground),
    ...troubleSteps(ground),
    'nix flake check': async () => await checkFlake(nix),
    ...(long ? longSteps(ground) : {}),
  };
}

/** Runs all checks, and tells which were built for it, and how many somebody had built before. */
async function checkFlake(nix) {
  const places = [
    'eval',
    '--json',
    `.#checks.${system}`,
    '--apply',
    'builtins.mapAttrs (_: check: check.outPath)',
  ];
  const checks = Object.entries(JSON.parse(await nix(places)));
  const missing = checks.filter(([, path]) => !existsSync(path)).map(([name]) => name);
  await nix(['flake', 'check']);
  const built = missing.length === 0 ? 'none was built' : `built: ${missing.join(', ')}`;
  return { told: `(${checks.length - missing.length} of ${checks.length} were there; ${built})` };
}
