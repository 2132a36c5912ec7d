import * as z from 'zod';
import { anyJson } from '../json/any-json.ts';
import { once } from '../once.ts';
import { probeFindings } from '../probe/probe-record.ts';
import { problemKindNames } from '../problem/problem.ts';
import { gitId, recordingName, runPath, sha256, timestamp } from './manifest-fields.ts';
import { repro } from './repro-record.ts';

/** The version of run.json that this timelab writes; of a newer one it reads what it knows. */
export const MANIFEST_VERSION = '1.0';

/** The states of a run: `running` until it is acknowledged, then one of the others for ever. */
const runStatuses = ['running', 'ok', 'error', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What helper programs are kept from the network by; `none` only where that was asked for. */
const isolations = ['bubblewrap', 'namespace', 'none'] as const;
export type Isolation = (typeof isolations)[number];

const runError = once(() =>
  z.strictObject({
    code: z.int().min(0).max(255).describe('The exit code of the command.'),
    kind: z.enum(problemKindNames).describe('The stable word for what went wrong.'),
    message: z.string(),
    hint: z.string(),
  }),
);

const runner = once(() =>
  z.strictObject({
    host: z.string().describe('The first 16 hex digits of the sha256 of the host name.'),
    pid: z.int().min(1),
    started: z.string().exactOptional().describe('When the process started, in clock ticks since boot.'),
    boot_id: z.string().exactOptional().describe("The kernel's id of this boot."),
  }),
);

const model = once(() =>
  z.strictObject({
    name: z.string().describe('backend:name'),
    hash: sha256.exactOptional().describe('The digest that the backend names the model by.'),
    weights_sha256: sha256.exactOptional().describe("The weights file's own sha256."),
    params: z
      .record(z.string(), anyJson)
      .describe('Every setting that was sent: temperature, top_p, seed, max_tokens, stop, …'),
    sent: z
      .record(z.string(), anyJson)
      .exactOptional()
      .describe("The same by the engine's own names, with those timelab fixes."),
    engine: z
      .strictObject({
        name: z.string(),
        release: z.string().exactOptional(),
        server: z.string().exactOptional(),
        cpu: z
          .string()
          .exactOptional()
          .describe("The variant of the engine's code for this kind of processor."),
      })
      .exactOptional(),
    remote_host: z
      .string()
      .exactOptional()
      .describe('The host that really answered, for a local name that is served from elsewhere.'),
    quantization: z.string().exactOptional(),
    license: z.string().exactOptional(),
    answered_from: z
      .array(z.strictObject({ run_id: sha256, path: runPath, answers: z.int().min(1) }))
      .exactOptional()
      .describe(
        'The runs, by id and place in the lab, that recorded answers were taken from, and how many: those were not given by a model now.',
      ),
    recordings: z
      .array(recordingName.nullable())
      .exactOptional()
      .describe(
        'The recording of each answer, in their order, by the name of its file: the key of what was asked, when it was answered, and a digest of the content. null for an answer that was not kept.',
      ),
  }),
);

const history = once(() =>
  z.strictObject({
    repository: z
      .record(z.string(), z.string())
      .describe('As it was asked for: owner and name, url, or path; without credentials or home folders.'),
    head: gitId
      .exactOptional()
      .describe('The commit that the walk began at; left out where commits are listed.'),
    object_format: z.enum(['sha1', 'sha256']),
    shallow: z.boolean().describe('Whether the history at hand ends before its beginning.'),
    ends_sha256: sha256
      .exactOptional()
      .describe(
        'Of the ids, one a line, of the mined commits whose parents are not at hand, if there are any.',
      ),
    commits: z.int().min(0).describe('How many were mined.'),
    ids_sha256: sha256.describe('Of their ids, one a line, in the order of the records: input/commits.txt.'),
    flags: z.record(z.string(), anyJson).describe('Every setting that shapes the bytes.'),
    fetches: z.int().min(0).exactOptional().describe('How often git fetched for this run, after the clone.'),
    stream_sha256: sha256.exactOptional().describe('Of the records: output/commits.jsonl.'),
  }),
);

/** The record of one run, as it stands in run.json. What is not known is left out. */
export const manifest = once(() =>
  z
    .strictObject({
      schema_version: z.literal(MANIFEST_VERSION),
      run_id: sha256.describe(
        'sha256 of spec hash, git_sha, flake_lock_sha256 and timestamp_start, joined with nothing between.',
      ),
      parent_run_id: sha256.exactOptional().describe('The run that this one repeats.'),
      inputs_key: sha256.exactOptional().describe('Equal for equal work: no time in it.'),
      timestamp_start: timestamp,
      timestamp_end: timestamp.nullable(),
      local_time: z.string().exactOptional().describe('The start in the zone that was asked for.'),
      clock: z.literal('set').exactOptional().describe('The clock was set by TIMELAB_NOW, as fixtures do.'),
      cmd: z.string().describe('The command that makes this run again.'),
      git_sha: gitId.describe('Zeros where there is no commit.'),
      flake_lock_sha256: sha256.describe('Zeros where there is no flake.lock.'),
      git: z
        .strictObject({
          describe: z.string().exactOptional(),
          branch: z.string().exactOptional().describe('Left out on a detached head.'),
          dirty: z.boolean(),
          tree: z.string().exactOptional().describe('The tree that commit and patch make together.'),
          code_sha256: sha256
            .exactOptional()
            .describe('The sha256 of `git ls-tree` of what lies outside the days: equal for equal code.'),
          patch: runPath.exactOptional().describe('The patch that rebuilds a dirty tree.'),
          left_out: z
            .array(z.strictObject({ path: z.string(), reason: z.string() }))
            .exactOptional()
            .describe('Changed files that neither patch nor tree have, from the top of the repository.'),
        })
        .exactOptional(),
      flake: z.record(z.string(), anyJson).exactOptional(),
      env: z.strictObject({
        system: z.string().describe('As Nix names it: x86_64-linux.'),
        apps: z.array(z.string()).describe('name@version'),
        tools: z.record(z.string(), z.string()).describe('name to version'),
        nix_version: z.string().exactOptional(),
      }),
      task: z.strictObject({
        kind: z.enum(['llm', 'mining', 'extraction', 'analysis']),
        name: z.string(),
        spec_path: z.string().describe('Relative to the lab; the file name alone if it lies outside.'),
        inputs_hash: sha256.describe("The sha256 of the spec file's bytes, kept as input/spec.json."),
        tags: z.array(z.string()).exactOptional(),
      }),
      history: history().exactOptional().describe('What was mined, of a run of `mine` or `summ`.'),
      model: model().exactOptional(),
      status: z.enum(runStatuses),
      error: runError().exactOptional(),
      runner: runner().exactOptional().describe('Who is at work; only while the status is running.'),
      inputs: z.array(z.strictObject({ path: runPath, source: z.string(), bytes: z.int().min(0), sha256 })),
      artifacts: z
        .array(runPath)
        .describe('Every file of the run but run.json and those of the file list, relative to it.'),
      digests: z.record(runPath, sha256).describe('The sha256 of each artifact.'),
      file_list: runPath
        .exactOptional()
        .describe(
          'An artifact that lists more files, by the thousand, as sha256sum does, relative to its folder.',
        ),
      validation: z
        .array(
          z.strictObject({
            index: z.int().min(0).exactOptional().describe('Which answer, where there are several.'),
            check: z.string(),
            ok: z.boolean(),
            detail: z.string().exactOptional(),
          }),
        )
        .exactOptional(),
      metrics: z
        .record(z.string(), z.number())
        .exactOptional()
        .describe('duration_seconds, tokens_input, tokens_output, …'),
      network: z.strictObject({
        allowed: z.boolean(),
        hosts: z.array(z.string()),
        helpers: z
          .enum(isolations)
          .exactOptional()
          .describe('What kept the helper programs from the network and from other files.'),
      }),
      determinism: z
        .strictObject({
          tier: z.enum(['T0', 'T1', 'T2', 'T3']),
          reasons: z.array(z.string()),
          probe: probeFindings().exactOptional().describe('What a probe on the same machine has shown.'),
        })
        .exactOptional(),
      repro: repro().exactOptional().describe('Whether this run repeats what its parent gave.'),
      notes: z
        .array(z.string())
        .exactOptional()
        .describe('What a reader should know, such as that there was no git.'),
    })
    .describe('The record of one timelab run.'),
);

export type Manifest = z.output<ReturnType<typeof manifest>>;
export type RunError = z.output<ReturnType<typeof runError>>;
export type Runner = z.output<ReturnType<typeof runner>>;
