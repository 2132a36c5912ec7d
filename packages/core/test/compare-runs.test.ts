import { describe, expect, test } from 'vitest';
import { compareRuns } from '../src/index.ts';
import type { Manifest } from '../src/record/manifest.ts';
import { type RunFactor, runFactors } from '../src/record/repro-record.ts';
import { asked, example, mined, model, other, withEnv, withHistory, withModel } from './compared-runs.ts';
import { examples } from './examples.ts';

const file = { path: 'input/files/01-notes.md', source: 'notes.md', bytes: 3, sha256: 'b'.repeat(64) };

interface Pair {
  readonly what: string;
  readonly a?: Manifest;
  readonly b: Manifest;
  readonly changed?: readonly RunFactor[];
  readonly unknown?: readonly RunFactor[];
}

const pairs: readonly Pair[] = [
  // What changes from run to run, and what is told of it, makes no other run.
  {
    what: 'another time, command, branch, place, status and output',
    b: {
      ...asked,
      run_id: other,
      timestamp_start: '2026-01-01T00:00:00.000Z',
      timestamp_end: null,
      cmd: 'timelab repro',
      git_sha: '9'.repeat(40),
      git: { dirty: true, branch: 'x', describe: 'x', tree: '8'.repeat(40), code_sha256: '1'.repeat(64) },
      status: 'running',
      digests: {},
      metrics: { duration_seconds: 99 },
      inputs_key: other,
    },
  },
  {
    what: 'the spec’s bytes',
    b: { ...asked, task: { ...asked.task, inputs_hash: other } },
    changed: ['spec'],
  },
  {
    what: 'a file’s bytes',
    b: { ...asked, inputs: [...asked.inputs.slice(0, 1), file] },
    changed: ['inputs'],
  },
  { what: 'a file less', b: { ...asked, inputs: asked.inputs.slice(0, 1) }, changed: ['inputs'] },
  {
    what: 'the weights',
    b: withModel({ hash: other, weights_sha256: other, quantization: 'Q8_0' }),
    changed: ['model'],
  },
  { what: 'the template on the same weights', b: withModel({ hash: other }), changed: ['model'] },
  { what: 'the name alone', b: withModel({ name: 'ollama:alias' }) },
  {
    what: 'the same weights on another backend',
    b: withModel({ name: 'llamacpp:qwen', hash: other, engine: { name: 'llama.cpp' } }),
    changed: ['engine'],
  },
  {
    what: 'a name that is served from elsewhere',
    b: withModel({ remote_host: 'x.example' }),
    changed: ['model'],
  },
  {
    what: 'the engine’s release',
    b: withModel({ engine: { ...model.engine, name: 'ollama', release: '0.25.0' } }),
    changed: ['engine'],
  },
  {
    what: 'the server',
    b: withModel({ engine: { ...model.engine, name: 'ollama', server: '0.25.0' } }),
    changed: ['engine'],
  },
  {
    what: 'the CPU variant',
    b: withModel({ engine: { ...model.engine, name: 'ollama', cpu: 'sse42' } }),
    changed: ['engine'],
  },
  {
    what: 'a CPU variant that is not recorded',
    b: withModel({ engine: { name: 'ollama', release: '0.24.0', server: '0.24.0' } }),
    unknown: ['engine'],
  },
  { what: 'a setting', b: withModel({ params: { ...model.params, temperature: 1 } }), changed: ['settings'] },
  {
    what: 'the number of answers, of which one is not written down',
    b: withModel({ params: { ...model.params, repeat: 3 } }),
    changed: ['settings'],
  },
  {
    what: 'the default of an option that was sent',
    b: withModel({ sent: { ...model.sent, num_ctx: 4096 } }),
    changed: ['settings'],
  },
  {
    what: 'an option that one side did not send',
    b: withModel({ sent: { ...model.sent, top_k: 0 } }),
    unknown: ['settings'],
  },
  {
    what: 'a longer question, which leaves less room',
    a: withModel({ sent: { maxTokens: 500 } }),
    b: withModel({ sent: { maxTokens: 400 } }, { ...asked, task: { ...asked.task, inputs_hash: other } }),
    changed: ['spec'],
  },
  {
    what: 'another model, which brings its own stops',
    a: withModel({ sent: { stop: ['<a>'] } }),
    b: withModel({ sent: { stop: ['<b>'] }, hash: other, weights_sha256: other }),
    changed: ['model'],
  },
  {
    what: "another model, which brings its own stops, as Ollama's requests have them",
    a: withModel({ sent: { options: { stop: ['<a>'], num_ctx: 512 } } }),
    b: withModel({ sent: { options: { stop: ['<b>'], num_ctx: 512 } }, hash: other, weights_sha256: other }),
    changed: ['model'],
  },
  {
    what: 'stops that no other model explains',
    a: withModel({ sent: { stop: ['<a>'] } }),
    b: withModel({ sent: { stop: ['<b>'] } }),
    changed: ['settings'],
  },
  { what: 'the code', b: { ...asked, git: { dirty: false, code_sha256: other } }, changed: ['code'] },
  {
    what: 'a lab without git, asking a model without a digest',
    a: example('run-no-git.json'),
    b: { ...example('run-no-git.json'), run_id: other },
    unknown: ['model', 'code'],
  },
  {
    what: 'one clean commit, its code not recorded',
    a: { ...asked, git: { dirty: false } },
    b: { ...asked, git: { dirty: false } },
  },
  {
    what: 'two commits, their code not recorded',
    a: { ...asked, git: { dirty: false } },
    b: { ...asked, run_id: other, git_sha: '9'.repeat(40), git: { dirty: false } },
    unknown: ['code'],
  },
  {
    what: 'a dirty tree of which nothing is known',
    a: { ...asked, git: { dirty: true } },
    b: { ...asked, run_id: other, git: { dirty: true } },
    unknown: ['code'],
  },
  { what: 'flake.lock', b: { ...asked, flake_lock_sha256: other }, changed: ['environment'] },
  { what: 'a tool', b: withEnv({ tools: { ...asked.env.tools, git: '9.9' } }), changed: ['environment'] },
  { what: 'timelab itself', b: withEnv({ apps: ['timelab@0.2.0'] }), changed: ['environment'] },
  { what: 'the system', b: withEnv({ system: 'aarch64-darwin' }), changed: ['environment'] },
  {
    what: 'a tool that one side does not record',
    b: withEnv({ tools: { node: asked.env.tools['node'] ?? '' } }),
    unknown: ['environment'],
  },
  {
    what: 'the flake of timelab',
    b: { ...asked, flake: { lastModified: 1, nixpkgs: { rev: 'abc' } } },
    changed: ['environment'],
  },
  {
    what: 'a run of the same commits elsewhere',
    a: mined,
    b: withHistory({ repository: { path: 'elsewhere' }, head: '5'.repeat(40) }),
  },
  {
    what: 'other commits',
    a: mined,
    b: withHistory({ ids_sha256: other, commits: 6, head: '5'.repeat(40) }),
    changed: ['inputs'],
  },
  {
    what: 'a shallow clone',
    a: mined,
    b: withHistory({ shallow: true, ends_sha256: other }),
    changed: ['inputs'],
  },
  {
    what: 'flags of the diff',
    a: mined,
    b: withHistory({ flags: { rename_limit: 10 } }),
    changed: ['settings'],
  },
  { what: 'a model that adds words', a: mined, b: { ...mined, model }, changed: ['model'] },
  {
    what: 'a failure before the model was known',
    b: withModelOnly({ name: model.name, params: model.params }),
    unknown: ['model', 'engine', 'settings'],
  },
];

function withModelOnly(only: NonNullable<Manifest['model']>): Manifest {
  return { ...asked, model: only };
}

describe('one factor is changed, and that one is named', () => {
  test.each(pairs)('$what', ({ a = asked, b, changed = [], unknown = [] }) => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const found = compareRuns({ manifest: from }, { manifest: to });
      expect({ changed: found.changed, unknown: found.unknown }).toEqual({ changed, unknown });
    }
  });

  test('and every factor has its pair', () => {
    const named = new Set(pairs.flatMap(({ changed = [] }) => changed));
    expect(runFactors.filter((factor) => !named.has(factor))).toEqual([]);
  });
});

describe('a run that is compared with itself', () => {
  test.each(examples('valid').filter(({ what }) => what === 'manifest'))(
    '$file has not changed, and nothing of it is unknown',
    ({ file }) => {
      const manifest = example(file);
      expect(compareRuns({ manifest }, { manifest })).toEqual({ changed: [], unknown: [], differences: [] });
    },
  );
});
