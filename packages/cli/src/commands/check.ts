import { resolve } from 'node:path';
import {
  type Fault,
  heldSecrets,
  manifestLimits,
  newerFault,
  Problem,
  readManifest,
  readSpec,
} from '@timelab/core';
import type { Configure, Context, Outcome } from '../command.ts';
import { readPlainFile } from '../effects/inputs.ts';
import { learnSecretsHere } from '../effects/lab.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import { checkPublished, schemaFaults } from '../effects/schema-check.ts';

export const configure: Configure = (command, act) => {
  command
    .description('Say all that is wrong with specs and manifests (run.json) without running anything.')
    .argument('<files...>', 'specs or manifests')
    .addHelpText('after', '\nExample:\n  $ timelab check 2025/10/15/ai-team/specs/demo.json')
    .action(act(async (context, files: string[]) => await check(context, files)));
};

interface Checked {
  readonly file: string;
  readonly what: 'spec' | 'manifest';
  readonly faults: readonly Fault[];
  /** Why it could not be read at all. */
  readonly problem?: Problem;
}

async function check(context: Context, files: readonly string[]): Promise<Outcome> {
  learnSecretsHere(context);
  const checked: Checked[] = [];
  for (const file of files) checked.push(await checkFile(context, file));
  const data = { files: checked.map(({ file, what, faults }) => ({ file, what, ok: faults.length === 0 })) };
  const bad = checked.filter(({ faults }) => faults.length > 0);
  for (const { file, what } of checked.filter((one) => !bad.includes(one)))
    context.report.say(`${file}: a good ${what}`);
  if (bad.length === 0) return { data };
  const [first] = bad;
  if (files.length === 1 && first?.problem !== undefined) return { data, problem: first.problem };
  const faults = bad.flatMap(({ file, faults: own }) => own.map((fault) => ({ ...fault, file })));
  const kind = bad.some(({ what }) => what === 'spec') ? 'spec_invalid' : 'manifest_invalid';
  return {
    data,
    problem: new Problem(kind, `${bad.map(({ file }) => file).join(', ')}: not valid.`, { faults }),
  };
}

/** One that cannot be read keeps no other from being looked at. */
async function checkFile(context: Context, file: string): Promise<Checked> {
  const what = /(^|\/)run\.json$/.test(file) ? 'manifest' : 'spec';
  try {
    const path = resolve(context.world.cwd, file);
    return checkBytes(
      context,
      what,
      file,
      (await readPlainFile(path, file, 'spec_unreadable', manifestLimits.bytes)).bytes,
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { file, what, faults: [{ pointer: '', reason: error.message }], problem: error };
  }
}

function checkBytes({ world }: Context, what: Checked['what'], file: string, bytes: Buffer): Checked {
  const reading = what === 'manifest' ? readManifest(bytes) : readSpec(bytes);
  if ('faults' in reading) return { file, what, faults: reading.faults };
  if ('newer' in reading && reading.newer !== undefined)
    return { file, what, faults: [newerFault(reading.newer)] };
  const schema =
    'spec' in reading && reading.spec.kind === 'llm' ? reading.spec.validation.json_schema : undefined;
  const unusable = schema === undefined ? [] : schemaFaults(schema);
  const value = JSON.parse(bytes.toString('utf8'));
  const held = what === 'spec' ? heldSecrets(value, secretKeeper(world).mask) : [];
  // The published schema is what other languages read by: it has to agree, or it is out of step with this reader.
  return { file, what, faults: [...unusable, ...held, ...checkPublished(what, value)] };
}
