import type { Json } from '../json/canonical-json.ts';
import type { Manifest } from '../record/manifest.ts';
import { type RunFactor, runFactors } from '../record/repro-record.ts';
import { differingEngine, differingModel, differingSettings } from './compare-models.ts';
import { differingCode, differingEnvironment, differingInputs } from './compare-surroundings.ts';
import { changedIn, differs, type FactorDifference } from './factor-difference.ts';
import { jsonDifferences } from './json-differences.ts';

/** How two runs stand to each other; a factor that is in neither list is as it was. */
export interface RunComparison {
  /** The factors that are not as they were. */
  readonly changed: readonly RunFactor[];
  /** The factors of which a part is recorded on one side only, and that are not known to have changed. */
  readonly unknown: readonly RunFactor[];
  readonly differences: readonly FactorDifference[];
}

/** A run as it is compared: its record, and its spec with the defaults filled in, where that could be read. */
export interface ComparedRun {
  readonly manifest: Manifest;
  readonly spec?: Json;
}

/**
 * Compares two runs by what they were made from, not by what came out. What one side does not record is unknown,
 * never equal, but where both are the same run. With both specs given, a place in them that another changed factor stands for (the model's name, a
 * setting, a file) is that factor's, so that one change has one name.
 */
export function compareRuns(a: ComparedRun, b: ComparedRun): RunComparison {
  const [from, to] = [a.manifest, b.manifest];
  const recorded = [
    ...differingInputs(from, to),
    ...differingModel(from, to),
    ...differingEngine(from, to),
    ...differingCode(from, to),
    ...differingEnvironment(from, to),
  ];
  // What was sent to an engine follows from the question and the model, so those are settled first.
  const spec = differingSpec(a, b, changedIn([...recorded, ...differingSettings(from, to, [])]));
  const settings = differingSettings(from, to, changedIn([...recorded, ...spec]));
  const all = inOrder([...spec, ...recorded, ...settings]);
  const isSelf = from.run_id === to.run_id;
  const differences = isSelf ? all.filter((one) => one.a !== undefined || one.b !== undefined) : all;
  const changed = changedIn(differences);
  const doubtful = runFactors.filter((factor) => differences.some((one) => one.factor === factor));
  return { changed, unknown: doubtful.filter((factor) => !changed.includes(factor)), differences };
}

function inOrder(differences: readonly FactorDifference[]): FactorDifference[] {
  return runFactors.flatMap((factor) => differences.filter((one) => one.factor === factor));
}

/** The places of a spec that a record also has under another factor. */
const elsewhere: readonly (readonly [place: RegExp, factor: RunFactor])[] = [
  [/^\/config(\/analyze\/llm_analysis)?\/model$/, 'model'],
  [/^\/inputs\/(files|repository|filter|commits?)(\/|$)|^\/config\/limit$/, 'inputs'],
  [/^\/config\//, 'settings'],
];

function differingSpec(a: ComparedRun, b: ComparedRun, changed: readonly RunFactor[]): FactorDifference[] {
  const hashes = [a.manifest.task.inputs_hash, b.manifest.task.inputs_hash] as const;
  if (hashes[0] === hashes[1]) return [];
  if (a.spec === undefined || b.spec === undefined) {
    return [differs('spec', '/task/inputs_hash', ...hashes)];
  }
  return jsonDifferences(a.spec, b.spec).flatMap(({ pointer, ...sides }) => {
    const owner = elsewhere.find(([place]) => place.test(pointer))?.[1];
    const told = owner !== undefined && changed.includes(owner);
    return told ? [] : [differs('spec', pointer, sides.a, sides.b)];
  });
}
