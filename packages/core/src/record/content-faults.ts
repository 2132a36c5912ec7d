import { sameJson } from '../compare/json-differences.ts';
import type { Json } from '../json/canonical-json.ts';
import { llmSpec } from '../spec/spec.ts';
import { answerList, specCopy } from './kept-files.ts';
import type { Manifest } from './manifest.ts';
import { type RecordFault, recordFault } from './record-faults.ts';

type JsonObject = { readonly [key: string]: Json };

/** Where a record says something else of its spec than the bytes that the run keeps, which are those it is named by. */
export function specContentFaults({ task, model }: Manifest, bytes: string): RecordFault[] {
  const spec = objectIn(bytes);
  if (spec === undefined) return [];
  const { kind = null, tags = [] } = spec;
  return [
    ...(kind === task.kind ? [] : [specFault('/task/kind', kind, task.kind)]),
    ...(sameJson(tags, task.tags ?? []) ? [] : [specFault('/task/tags', tags, task.tags)]),
    ...(task.kind === 'llm' && model !== undefined ? settingFaults(model.params, configOf(spec)) : []),
  ];
}

// A version of the spec keeps its defaults: other ones need another version. Not made at the start: few commands ask.
let defaults: JsonObject | undefined;

function defaultSettings(): JsonObject {
  defaults ??= llmSpec().shape.config.parse({}) as JsonObject;
  return defaults;
}

function configOf({ config }: JsonObject): JsonObject {
  return isObject(config) ? config : {};
}

/** Settings as `ai` records them: all that the spec says or leaves to a default, but the model and how it is shown. */
function settingFaults(params: JsonObject, said: JsonObject): RecordFault[] {
  const due: Record<string, Json> = { ...defaultSettings(), ...said };
  for (const key of ['model', 'stream']) delete due[key];
  if (due['repeat'] === 1) delete due['repeat'];
  const names = new Set([...Object.keys(due), ...Object.keys(params)]);
  return [...names].flatMap((name) => {
    const [is, was] = [params[name], due[name]];
    // A setting that came to be later has a default now, and no place in a record of before.
    if (is === undefined && !Object.hasOwn(said, name)) return [];
    if (is !== undefined && was !== undefined && sameJson(is, was)) return [];
    return [specFault(`/model/params/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, was, is)];
  });
}

function specFault(pointer: string, due: Json | undefined, is: Json | undefined): RecordFault {
  return recordFault('spec_mismatch', pointer, `is ${told(is)}, and ${specCopy} makes it ${told(due)}`);
}

/** Where the numbers of a record, or the recordings that it names, are not those of the answers that the run keeps, a line each. */
export function answerContentFaults(manifest: Manifest, text: string): RecordFault[] {
  const { task, metrics, status, model } = manifest;
  // What was mined was counted in another way before it was recorded what was sent.
  if (metrics === undefined || (task.kind !== 'llm' && model?.sent === undefined)) return [];
  const lines = text.split('\n').filter((line) => line !== '');
  const answers = lines.map(objectIn);
  return [...tokenFaults({ metrics, status }, answers), ...recordingFaults(model, answers)];
}

type Answers = readonly (JsonObject | undefined)[];

function tokenFaults(
  { metrics, status }: { readonly metrics: NonNullable<Manifest['metrics']>; readonly status: string },
  answers: Answers,
): RecordFault[] {
  return (['tokens_input', 'tokens_output'] as const).flatMap((name) => {
    const [is, due] = [metrics[name], sumOf(answers, name)];
    // A run that broke off may not have come to counting them.
    if (is === due || (is === undefined && status !== 'ok')) return [];
    const detail = `is ${told(is)}, and ${answerList} makes it ${told(due)}`;
    return [recordFault('metrics_mismatch', `/metrics/${name}`, detail)];
  });
}

function recordingFaults(model: Manifest['model'], answers: Answers): RecordFault[] {
  const { recordings, answered_from = [] } = model ?? {};
  const from = answers.map((answer) => answer?.['answered_from']).map((one) => (isObject(one) ? one : {}));
  const odd = from.findIndex(
    ({ recording }, at) => recording !== undefined && recording !== recordings?.[at],
  );
  const runs = new Map<Json, number>();
  for (const { run_id: id } of from) if (id !== undefined) runs.set(id, (runs.get(id) ?? 0) + 1);
  const counted = new Map<Json, number>(answered_from.map(({ run_id, answers }) => [run_id, answers]));
  const isCounted = runs.size === counted.size && [...runs].every(([id, count]) => counted.get(id) === count);
  const say = (pointer: string, detail: string) => recordFault('recordings_mismatch', pointer, detail);
  return [
    ...(recordings === undefined || recordings.length === answers.length
      ? []
      : [say('/model/recordings', `names ${recordings.length}, and ${answerList} has ${answers.length}`)]),
    // A record of before names none.
    ...(recordings === undefined || odd < 0
      ? []
      : [say(`/model/recordings/${odd}`, `is not the one that ${answerList} names`)]),
    ...(isCounted ? [] : [say('/model/answered_from', `is not what ${answerList} says`)]),
  ];
}

/** A sum is not known where one of its parts is not. */
function sumOf(answers: Answers, name: string): number | undefined {
  let sum = 0;
  for (const answer of answers) {
    const usage = answer?.['usage'];
    const part = isObject(usage) ? usage[name] : undefined;
    if (typeof part !== 'number') return undefined;
    sum += part;
  }
  return answers.length === 0 ? undefined : sum;
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const told = (value: Json | undefined) =>
  value === undefined ? 'not there' : JSON.stringify(value).slice(0, 60);
