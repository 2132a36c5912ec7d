// Copies node-llama-cpp and what it needs to run out of pnpm's folder, with the prebuilt code of one platform only.
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';

const [from, to, platform, variant] = process.argv.slice(2);
const store = realpathSync(join(from, 'node_modules/.pnpm'));
const copied = new Set();

/** The folder of a package in pnpm's store, as seen from a package that depends on it; none for one that is left out. */
function resolve(name, dependent) {
  const path = join(dependent.slice(0, dependent.lastIndexOf('/node_modules/')), 'node_modules', name);
  return existsSync(path) ? realpathSync(path) : undefined;
}

function copy(folder) {
  const target = join(to, '.pnpm', relative(store, folder));
  if (copied.has(folder)) return target;
  copied.add(folder);
  cpSync(folder, target, { recursive: true });
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }).sort()) {
    const dependency = resolve(name, folder);
    const foreign = name.startsWith('@node-llama-cpp/') && name !== `@node-llama-cpp/${platform}`;
    if (dependency !== undefined && !foreign) link(name, target, copy(dependency));
  }
  return target;
}

function link(name, dependent, target) {
  const path = join(dependent.slice(0, dependent.lastIndexOf('/node_modules/')), 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  if (!lstatSync(path, { throwIfNoEntry: false })) symlinkSync(relative(dirname(path), target), path);
}

const engine = copy(realpathSync(join(from, 'packages/cli/node_modules/node-llama-cpp')));
symlinkSync(relative(to, engine), join(to, 'node-llama-cpp'));
const binaries = join(engine, '..', '@node-llama-cpp', platform, 'bins', platform);
const variants = readdirSync(binaries).filter((name) => /^libggml-cpu-.*\.so$/.test(name));
const pinned = `libggml-cpu-${variant}.so`;
// What is copied from the store may not be written to, as the folder that it comes from.
chmodSync(binaries, 0o755);
if (variants.includes(pinned)) for (const name of variants) if (name !== pinned) rmSync(join(binaries, name));
