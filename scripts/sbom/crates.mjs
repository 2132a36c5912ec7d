import { execFileSync } from 'node:child_process';
import { inRepository } from '../repository.mjs';
import { edgesOf, plain, readLock } from './read-lock.mjs';
import { licences } from './settle.mjs';

const folder = 'tools/rust_extractor';

/** The crates that are built into `rust_extractor`, on whichever system, or run to build it; those of its tests are left out. */
export async function partsOfTheExtractor() {
  const bill = await readLock('rust', folder, ['Cargo.toml', 'Cargo.lock']);
  const { packages, resolve } = cargoMetadata();
  const built = builtFrom(resolve);
  const declared = new Map(
    packages.filter(({ id }) => built.has(id)).map((one) => [`pkg:cargo/${one.name}@${one.version}`, one]),
  );
  const own = packages.find(({ id }) => id === resolve.root);
  const ref = `pkg:cargo/${own.name}@${own.version}`;
  const root = {
    type: 'application',
    'bom-ref': ref,
    name: own.name,
    version: own.version,
    purl: ref,
    ...licences(own.license),
  };
  const components = bill.components
    .filter((component) => component['bom-ref'] !== ref && declared.has(component['bom-ref']))
    .map((component) => ({
      ...plain(component),
      scope: 'required',
      ...licences(declared.get(component['bom-ref']).license),
    }));
  return { tools: bill.metadata.tools, root, components, edges: edgesOf(bill) };
}

function cargoMetadata() {
  const words = [
    'metadata',
    '--locked',
    '--format-version=1',
    '--manifest-path',
    inRepository(`${folder}/Cargo.toml`),
  ];
  return JSON.parse(
    execFileSync('cargo', words, {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

/** The ids of what is reached from the root without a step that only tests take. */
function builtFrom({ root, nodes }) {
  const deps = new Map(nodes.map(({ id, deps }) => [id, deps]));
  const seen = new Set([root]);
  for (const id of seen) {
    for (const { pkg, dep_kinds: kinds } of deps.get(id)) {
      if (kinds.some(({ kind }) => kind !== 'dev')) seen.add(pkg);
    }
  }
  return seen;
}
