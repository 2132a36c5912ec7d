import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { hooksEnvironment, prepareHooks } from './hooks.mjs';
import { inRepository } from './repository.mjs';
import { runQuietly } from './run-quietly.mjs';
import { partsOfTheExtractor } from './sbom/crates.mjs';
import { partsOfTheCommand } from './sbom/npm-packages.mjs';
import { partsOfPyPost } from './sbom/python-packages.mjs';
import { settle } from './sbom/settle.mjs';
import { stopWith } from './steps.mjs';

const folder = resolve(process.argv[2] ?? inRepository('dist/sbom'));
const advice =
  'Bills are made from what set-up has installed: `npm run setup`, with cargo and python3, then this again.';

/** Bills of material, CycloneDX 1.6, of what is shipped: by the generators of each language, from what the lock files pin. */
const bills = [
  { file: 'timelab.cdx.json', parts: partsOfTheCommand },
  { file: 'rust_extractor.cdx.json', parts: partsOfTheExtractor },
  { file: 'py_post.cdx.json', parts: partsOfPyPost },
];

try {
  await prepareHooks();
  mkdirSync(folder, { recursive: true });
  for (const { file, parts } of bills) {
    const bill = settle(await parts());
    writeFileSync(join(folder, file), `${JSON.stringify(bill, null, 2)}\n`);
    process.stdout.write(`${join(folder, file)}: ${bill.components.length} components\n`);
  }
  const files = bills.map(({ file }) => join(folder, file));
  await runQuietly(`${hooksEnvironment}/bin/python`, [inRepository('scripts/sbom/validate.py'), ...files]);
} catch (error) {
  stopWith(Object.assign(error, { advice: error.advice ?? advice }));
}
