import * as z from 'zod';
import { anyJson } from '../json/any-json.ts';
import { ledgerColumns } from '../ledger/ledger.ts';
import { diffParts } from '../plans/diff.ts';
import { modelOfProbe, probeFindings, probeRun } from '../probe/probe-record.ts';
import { type FindingKind, findingKinds } from '../problem/findings.ts';
import { problemKindNames } from '../problem/problem.ts';
import { gitId, sha256, timestamp } from '../record/manifest-fields.ts';
import { type RecordFaultKind, recordFaultKinds } from '../record/record-faults.ts';
import { repro, runFactors } from '../record/repro-record.ts';

const findingKindNames = Object.keys(findingKinds) as [FindingKind, ...FindingKind[]];
const recordFaultKindNames = Object.keys(recordFaultKinds) as [RecordFaultKind, ...RecordFaultKind[]];

const count = z.int().min(0);
const day = z.string().regex(/^\d{4}\/\d{2}\/\d{2}$/);
const optional = <T extends z.ZodType>(schema: T) => schema.exactOptional();
const texts = z.array(z.string());

const faults = z.array(
  z.strictObject({ pointer: z.string(), reason: z.string(), suggestion: optional(z.string()) }),
);
const damaged = z.array(z.strictObject({ path: z.string(), faults }));
const listed = z
  .partialRecord(z.enum(ledgerColumns), z.union([z.string(), z.number(), texts]))
  .describe(
    'A row of runs.csv by its columns: numbers as numbers, words as lists, what is not known left out.',
  );

const recordFault = z.strictObject({
  kind: z.enum(recordFaultKindNames),
  place: z.string(),
  detail: z.string(),
});

const verified = z.strictObject({
  run_id: optional(z.string()),
  path: z.string(),
  state: z.enum(['whole', 'faulty', 'running']),
  files: count,
  bytes: count,
  faults: z.array(recordFault),
  notes: texts,
});

const difference = { pointer: z.string(), a: optional(anyJson), b: optional(anyJson) };
const place = z.strictObject({ ...difference, known: z.boolean() });
const head = z.strictObject({
  run_id: sha256,
  name: z.string(),
  path: z.string(),
  timestamp_start: timestamp,
  status: z.string(),
});
const commits = z.array(z.strictObject({ id: z.string(), subject: z.string() }));
const differing = z.strictObject({
  path: z.string(),
  bytes: optional(z.strictObject({ a: optional(count), b: optional(count) })),
  first: optional(z.strictObject({ line: count, byte: count })),
  places: optional(z.array(z.strictObject(difference))),
  words: optional(z.array(z.strictObject({ kind: z.enum(['same', 'removed', 'added']), text: z.string() }))),
});

const mined = z.strictObject({
  commits: count,
  reused: optional(z.literal(true)).describe('An earlier run of the same work was found; nothing was done.'),
});

const model = z
  .looseObject({
    name: z.string(),
    state: z.enum(['ready', 'pullable', 'damaged']),
    hash: optional(z.string()),
  })
  .describe('A model, and all that is known of it.');

/** What each command puts into `data` with --json, by the words that call it; what it may leave out is optional. */
export const commandData = {
  init: z.strictObject({ lab: z.string().describe('Absolute.'), day }),
  day: z.strictObject({ day }),
  new: z.strictObject({ kind: z.string(), name: z.string() }),
  check: z.strictObject({
    files: z.array(z.strictObject({ file: z.string(), what: z.enum(['spec', 'manifest']), ok: z.boolean() })),
  }),
  ai: z
    .strictObject({
      name: z.string(),
      cmd: z.string(),
      model: z.string(),
      allow_net: z.boolean(),
      repeat: count,
      request: anyJson.describe('What the model would be asked, in full.'),
      inputs: z.array(z.looseObject({ path: z.string(), sha256 })),
    })
    .describe('With --dry-run alone; what a run leaves is in `artifacts` and `run`.'),
  mine: mined,
  summ: mined,
  repro: z
    .looseObject({
      verdict: repro().shape.verdict,
      changed: repro().shape.changed,
      causes: repro().shape.causes,
      first_difference: repro().shape.first_difference.unwrap().nullable(),
      run: sha256.nullable().describe('The id of the new run; null where none could be made.'),
      parent: sha256,
      excerpts: optional(z.strictObject({ parent: z.string(), run: z.string() })).describe(
        'With --show: what stands around the place. It is model text.',
      ),
    })
    .describe('Beside these, what the command that was repeated has.'),
  verify: z.strictObject({
    runs: count,
    whole: count,
    faulty: count,
    running: count,
    files: count,
    bytes: count,
    verified: z.array(verified).describe('With --all, those alone that are not whole.'),
    unknown: z.array(
      z.strictObject({ word: z.string(), kind: z.enum(problemKindNames), message: z.string() }),
    ),
    lab_faults: z.array(recordFault),
  }),
  checkout: z.strictObject({
    run_id: sha256,
    run: z.string(),
    commit: gitId,
    tree: gitId,
    complete: z.boolean(),
    notes: texts,
  }),
  sync: z.strictObject({
    days: count,
    runs: count,
    running: texts,
    rewritten: texts,
    removed: texts,
    settled: z.array(z.strictObject({ run_id: z.string(), path: z.string() })),
    damaged,
  }),
  doctor: z.strictObject({
    counts: z.strictObject({ ok: count, note: count, warning: count, error: count }),
    findings: z.array(
      z.strictObject({
        kind: z.enum(findingKindNames),
        severity: z.enum(['ok', 'note', 'warning', 'error']),
        place: z.string(),
        reason: z.string(),
        way_out: optional(z.string()),
      }),
    ),
    mended: z.array(
      z.strictObject({ kind: z.enum(findingKindNames), place: z.string(), reason: z.string() }),
    ),
  }),
  ls: z.strictObject({ runs: z.array(listed), found: count, of: count, damaged }),
  show: z.strictObject({
    path: z.string(),
    folder: z.string(),
    started: z.string(),
    files: z.array(z.strictObject({ path: z.string(), bytes: optional(count) })),
    listed_files: count,
    verdicts: z.array(listed),
    answer: optional(z.string()).describe('With --show alone. It is model text.'),
  }),
  diff: z.strictObject({
    a: head,
    b: head,
    changed: z.array(z.enum(runFactors)),
    unknown: z.array(z.enum(runFactors)),
    parts: z.strictObject(Object.fromEntries(diffParts.map((part) => [part, z.array(place)]))),
    commits: optional(z.strictObject({ only_a: commits, only_b: commits, notes: texts })),
    artifacts: z.strictObject({
      only_a: texts,
      only_b: texts,
      differing: z
        .array(differing)
        .describe('`places` and `words` of outputs with --show alone: model text.'),
      same: count,
    }),
  }),
  'model list': z.strictObject({
    models: z.array(model),
    unreached: z.array(z.strictObject({ backend: z.string(), reason: z.string() })),
  }),
  'model show': z.strictObject({ model }),
  'model pull': z.strictObject({
    name: z.string(),
    sha256,
    size_bytes: count,
    fetched: z.boolean(),
  }),
  probe: z.strictObject({
    name: z.string(),
    model: modelOfProbe(),
    tier: optional(z.string()),
    reasons: optional(texts),
    probe: optional(probeFindings()),
    first_difference: optional(anyJson),
    record: optional(z.string()),
    run: optional(probeRun()).describe(
      'With --once alone: what the model said to the fixed prompts. It is model text.',
    ),
  }),
  completion: z.strictObject({ shell: z.string(), script: z.string() }),
  agent: z
    .record(z.string(), anyJson)
    .describe('The page, by agent.schema.json; with --schema, `file` and `schema`.'),
} as const;
