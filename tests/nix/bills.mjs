import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { hooksEnvironment } from '../../scripts/hooks.mjs';
import { inRepository } from '../../scripts/repository.mjs';
import { output } from './command.mjs';

const names = ['closure', 'docker', 'py_post', 'rust_extractor', 'timelab'].map((name) => `${name}.cdx.json`);

/** Steps that hold the flake's bills of material to the format, to what npm's are, and to what Nix itself says of the store. */
export function billSteps({ nix, folder, build }) {
  const bill = async (name) => readJson(join(await build('sbom'), `${name}.cdx.json`));
  return {
    'the bills of material are in order, and those of npm have the same bytes': async () => {
      const bills = await build('sbom');
      assert.deepEqual(readdirSync(bills).sort(), names);
      const ours = join(folder, 'bills');
      mkdirSync(ours);
      await output(process.execPath, [inRepository('scripts/sbom.mjs'), ours]);
      const validator = [inRepository('scripts/sbom/validate.py'), ...names.map((name) => join(bills, name))];
      await output(join(hooksEnvironment, 'bin/python'), validator);
      for (const name of ['timelab.cdx.json', 'rust_extractor.cdx.json'])
        assert.equal(readFileSync(join(bills, name), 'utf8'), readFileSync(join(ours, name), 'utf8'), name);
    },
    'those of the store have every path of the closure, with the hash that Nix has for it': async () => {
      for (const name of ['timelab', 'py_post']) {
        await build(name);
        const paths = infos(JSON.parse(await nix(['path-info', '--recursive', '--json', `.#${name}`])));
        const { metadata, components } = await bill(name === 'timelab' ? 'closure' : name);
        const listed = [metadata.component, ...components].filter((part) =>
          part['bom-ref'].startsWith('nix:'),
        );
        assert.deepEqual(new Map(listed.map(pathAndHash).sort()), new Map(paths.sort()));
      }
    },
    'the bill of the image has the command, what it is built from, and the licences': async () => {
      const { metadata, components } = await bill('docker');
      assert.equal(metadata.component.type, 'container');
      const licences = new Map(components.map((part) => [part.name, JSON.stringify(part.licenses ?? [])]));
      const ours = ['timelab', 'rust_extractor', 'py_post', 'commander', 'node-llama-cpp', 'serde_json'];
      for (const name of ours) assert.match(licences.get(name) ?? 'missing', /MIT/, name);
      assert.match(licences.get('git') ?? 'missing', /GPL/);
      assert.ok(!licences.has('vitest') && !licences.has('linux-armv7l'), 'it lists what is not in it');
    },
  };
}

const pathAndHash = (part) => [part['bom-ref'].slice(4), part.hashes[0].content];

/** Pairs of a path and its hash in hexadecimal, however this Nix writes them. */
function infos(said) {
  const all = Array.isArray(said) ? said : Object.entries(said).map(([path, info]) => ({ path, ...info }));
  return all.map(({ path, narHash }) => [
    basename(path),
    Buffer.from(narHash.slice(7), 'base64').toString('hex'),
  ]);
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
