import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '../repository.mjs';
import { edgesOf, plain, readLock } from './read-lock.mjs';
import { licences, reached } from './settle.mjs';

const workspaces = readdirSync(inRepository('packages'));
const files = [
  'package.json',
  'pnpm-workspace.yaml',
  'pnpm-lock.yaml',
  ...workspaces.map((name) => `packages/${name}/package.json`),
];
const store = inRepository('node_modules/.pnpm');
const folders = readdirSync(store);
const engine = 'node-llama-cpp';

/** What `timelab` is made of: required is what its one file holds, optional the embedded engine, which is installed beside it. */
export async function partsOfTheCommand() {
  const bill = await readLock('pnpm', '.', files);
  const own = manifest('cli');
  const root = {
    type: 'application',
    'bom-ref': `pkg:npm/timelab@${own.version}`,
    name: own.name,
    version: own.version,
  };
  const edges = withOptional(withoutTestsOf(edgesOf(bill)), bill.components);
  edges.set(root['bom-ref'], [...direct(root['bom-ref'], edges)]);
  const [peer] = edges.get(root['bom-ref']).filter((ref) => ref.startsWith(`pkg:npm/${engine}@`));
  const required = reached([root['bom-ref']], new Map([...edges, [peer, []]]));
  required.delete(peer);
  const all = reached([root['bom-ref']], edges);
  const components = bill.components
    .filter((component) => all.has(component['bom-ref']))
    .map((component) => ({
      ...plain(component),
      scope: required.has(component['bom-ref']) ? 'required' : 'optional',
      ...licenceOf(component),
    }));
  return {
    tools: bill.metadata.tools,
    root: { ...root, purl: root['bom-ref'], ...licences(own.license) },
    components,
    edges,
  };
}

const manifest = (name) => JSON.parse(readFileSync(inRepository(`packages/${name}/package.json`), 'utf8'));

/** cdxgen does not tell what our packages run on from what only their tests need. */
function withoutTestsOf(edges) {
  for (const { name, version, private: inner, devDependencies = {} } of workspaces.map(manifest)) {
    const ref = `pkg:npm/${name}@${version}`;
    const tests = Object.keys(devDependencies).map((dependency) => `pkg:npm/${dependency}@`);
    if (inner)
      edges.set(
        ref,
        edges.get(ref).filter((to) => !tests.some((start) => to.startsWith(start))),
      );
  }
  return edges;
}

/** What a bundle depends on directly: our own packages are in it, so theirs is its. */
function* direct(ref, edges) {
  for (const to of edges.get(ref)) {
    if (to.startsWith('pkg:npm/@timelab/')) yield* direct(to, edges);
    else yield to;
  }
}

/** cdxgen leaves out what a package can do without, such as the engine's code for each system: the package names it. */
function withOptional(edges, components) {
  for (const component of components) {
    const wanted = Object.entries(installed(component)?.optionalDependencies ?? {});
    const found = wanted.flatMap(([name, range]) => {
      const there = components.filter((other) => fullName(other) === name);
      return there.length > 1 ? there.filter(({ version }) => version === range) : there;
    });
    const ref = component['bom-ref'];
    edges.set(ref, [...(edges.get(ref) ?? []), ...found.map((part) => part['bom-ref'])]);
  }
  return edges;
}

/** What the package itself declares; those for other systems than this one are not here to be asked, so none of them is. */
function licenceOf(component) {
  const bound = (component.properties ?? []).some(({ name }) => /^cdx:npm:(os|cpu)$/.test(name));
  return bound ? {} : licences(installed(component)?.license);
}

const fullName = ({ group, name }) => (group ? `${group}/${name}` : name);

/** The package.json of a package that pnpm has put here; undefined if it is for another system. */
function installed(component) {
  const name = fullName(component);
  const start = `${name.replace('/', '+')}@${component.version}`;
  const folder = folders.find((entry) => entry === start || entry.startsWith(`${start}_`));
  return (
    folder && JSON.parse(readFileSync(join(store, folder, 'node_modules', name, 'package.json'), 'utf8'))
  );
}
