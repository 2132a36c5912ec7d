import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { hooksEnvironment } from '../hooks.mjs';
import { inRepository } from '../repository.mjs';
import { edgesOf } from './read-lock.mjs';
import { reached } from './settle.mjs';

const folder = inRepository('tools/py_post');
const installed = `${folder}/.venv/bin`;

/** The packages that `py_post` runs on: licences and what needs what from where it is installed, hashes from what pins them. */
export async function partsOfPyPost() {
  const project = ['--pyproject', `${folder}/pyproject.toml`];
  const bill = generate('environment', ...project, `${installed}/python`);
  const pinned = new Map(
    generate('requirements', `${folder}/requirements.txt`).components.map((part) => [part.purl, part]),
  );
  const edges = edgesOf(bill);
  const needed = reached([bill.metadata.component['bom-ref']], edges);
  const said = execFileSync(`${installed}/py_post`, ['--version'], { encoding: 'utf8' });
  const [, version] = /version (\S+)/.exec(said);
  const components = bill.components
    .filter((part) => needed.has(part['bom-ref']))
    .map((part) => ({
      ...withoutLinks(part),
      scope: 'required',
      externalReferences: distributions(part, pinned),
    }));
  return { tools: bill.metadata.tools, root: { ...bill.metadata.component, version }, components, edges };
}

function generate(kind, ...words) {
  const generator = [
    `${hooksEnvironment}/bin/cyclonedx-py`,
    kind,
    '--spec-version',
    '1.6',
    '--output-reproducible',
    '--output-format',
    'JSON',
  ];
  const [command, ...args] = [...generator, ...words];
  return JSON.parse(
    execFileSync(command, args, { encoding: 'utf8', env: process.env, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

const withoutLinks = ({ externalReferences, ...part }) => part;

/** Each file that may be installed for a package, by its sha256. */
function distributions({ purl }, pinned) {
  const pin = pinned.get(purl);
  if (pin !== undefined) return pin.externalReferences;
  throw Object.assign(new Error(`requirements.txt does not pin ${purl}, which is installed for py_post.`), {
    exitCode: 65,
  });
}
