import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../packages/core/src/json/canonical-json.ts';
import { parseLedger } from '../../packages/core/src/ledger/ledger.ts';
import { readManifest } from '../../packages/core/src/record/read-manifest.ts';
import { faultsWithin } from '../../packages/core/src/record/record-faults.ts';
import { readSpec } from '../../packages/core/src/spec/read-spec.ts';
import { root } from './root.ts';
import { jsonWords, type Target } from './target.ts';

const filesIn = (folder: string, fits: RegExp) =>
  readdirSync(join(root, folder))
    .filter((name) => fits.test(name))
    .map((name) => readFileSync(join(root, folder, name)));

const examples = (fits: RegExp) => [
  ...filesIn('schemas/examples/valid', fits),
  ...filesIn('schemas/examples/invalid', fits),
];

/** What is said of a fault: in bounded words, without controls and without a program's own. */
const inWords = /^(?!.*(\bundefined\b|Error:|Invalid input))\P{Cc}{3,2000}$/u;

function judgeFaults(faults: readonly { readonly pointer: string; readonly reason: string }[]): void {
  // A hundred, that there are more, and that the record is of a later version.
  if (faults.length === 0 || faults.length > 102) throw new Error(`${faults.length} faults`);
  for (const { reason } of faults)
    if (!inWords.test(reason)) throw new Error(`no words: ${JSON.stringify(reason)}`);
}

/** A reader that takes something must have read what any other would: the same value, and the same once more. */
function judgeAccepted(input: Buffer, value: unknown, again: (bytes: Buffer) => unknown): void {
  const plain = JSON.parse(input.toString('utf8'));
  if (canonicalJson(JSON.parse(JSON.stringify(plain))) !== canonicalJson(plain))
    throw new Error('not plain JSON');
  const twice = again(Buffer.from(JSON.stringify(value)));
  // 1e20 may stand in a spec, and JSON.stringify writes it with all its digits, as which it may not.
  if (twice === undefined && /\d[eE]\+?\d/.test(input.toString('latin1'))) return;
  if (JSON.stringify(twice) !== JSON.stringify(value)) throw new Error('written again, it reads otherwise');
}

/** The reader of specs. */
export const spec: Target = {
  corpus: examples(/^(?!run-).*\.json$/),
  words: [
    ...jsonWords,
    '"llm"',
    '"mining"',
    '"analysis"',
    '"prompt"',
    '"files"',
    '"secrets"',
    '"json_schema"',
  ],
  hold: (input) => {
    const reading = readSpec(input);
    if ('faults' in reading) return judgeFaults(reading.faults);
    judgeAccepted(input, reading.spec, (bytes) => Object(readSpec(bytes))['spec']);
  },
};

/** The reader of records. */
export const manifest: Target = {
  corpus: examples(/^run-.*\.json$/),
  words: [...jsonWords, '"status"', '"ok"', '"artifacts"', '"digests"', '"2025-10-15T10:23:00.000Z"'],
  hold: (input) => {
    const reading = readManifest(input);
    if ('faults' in reading) return judgeFaults(reading.faults);
    for (const { detail } of faultsWithin(reading.manifest))
      if (typeof detail !== 'string') throw new Error('a fault without words');
    if (reading.newer === undefined)
      judgeAccepted(input, reading.manifest, (bytes) => Object(readManifest(bytes))['manifest']);
  },
};

/** The reader of runs.csv. */
export const ledger: Target = {
  corpus: [...filesIn('2025/10/15', /runs\.csv$/), Buffer.from('run_id,path\n"a,""b",c\r\n')],
  words: ['"', '""', ',', '\n', '\r\n', '\0', "'=1", '%20', 'run_id', 'verdict'],
  hold: (input) => {
    for (const row of parseLedger(input.toString('utf8')))
      for (const cell of Object.values(row))
        if (typeof cell !== 'string') throw new Error('a cell that is no text');
  },
};
