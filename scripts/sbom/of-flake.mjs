import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { partsOfTheExtractor } from './crates.mjs';
import { partsOfTheCommand } from './npm-packages.mjs';
import { settle } from './settle.mjs';
import { partsOfTheClosure } from './store-paths.mjs';

// Called by nix/packages/sbom.nix: a file that names what is in the store, and the folder that the bills go to.
const [store, folder] = process.argv.slice(2);
const { closures, engine, image, known, roots } = JSON.parse(readFileSync(store, 'utf8'));

const command = await partsOfTheCommand();
const extractor = await partsOfTheExtractor();
const all = withContents(partsOfTheClosure(closures.timelab, roots.timelab, known));

mkdirSync(folder, { recursive: true });
write('timelab', command);
write('rust_extractor', extractor);
write('py_post', partsOfTheClosure(closures.py_post, roots.py_post, known));
write('closure', all);
write('docker', inImage(all));

function write(name, parts) {
  writeFileSync(join(folder, `${name}.cdx.json`), `${JSON.stringify(settle(parts), null, 2)}\n`);
}

/** A closure with what two of its programs were built from: npm packages and crates lie in no store path of their own. */
function withContents({ phase, root, components, edges }) {
  const packages = command.components.filter(isThere);
  const built = `nix:${basename(roots.rust_extractor)}`;
  return {
    phase,
    root,
    components: [...components, ...packages, ...extractor.components],
    edges: new Map([
      ...command.edges,
      ...extractor.edges,
      ...edges,
      [root['bom-ref'], [...edges.get(root['bom-ref']), ...command.edges.get(command.root['bom-ref'])]],
      [built, [...edges.get(built), ...extractor.edges.get(extractor.root['bom-ref'])]],
    ]),
  };
}

/** Whether an npm package is in the bundle, or in the engine for this system. */
function isThere({ scope, group, name, version }) {
  if (scope === 'required') return true;
  const start = `${group ? `${group}+` : ''}${name}@${version}`;
  const folders = existsSync(join(engine, '.pnpm')) ? readdirSync(join(engine, '.pnpm')) : [];
  return folders.some((entry) => entry === start || entry.startsWith(`${start}_`));
}

/** The same as an image: what leads it is a container, and the command is one of its parts. */
function inImage({ phase, root, components, edges }) {
  const purl = `pkg:docker/${image.name}@${image.version}`;
  const container = { type: 'container', 'bom-ref': purl, ...image, purl };
  const { type, ...lead } = root;
  return {
    phase,
    root: container,
    components: [{ type: 'application', ...lead, scope: 'required' }, ...components],
    edges: new Map([...edges, [purl, [root['bom-ref']]]]),
  };
}
