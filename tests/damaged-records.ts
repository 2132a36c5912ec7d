import { readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Manifest } from '../packages/core/src/index.ts';
import { timelab } from './rig.ts';
import { readRun } from './runs.ts';
import { type Damage, editRecord, filesBelow, type RunName } from './verified-lab.ts';

const other = 'a'.repeat(64);
const day = '2025/10/15';

/** A change of a record that is a good one by its schema, listed as it says now. */
const edited = (
  what: string,
  name: RunName,
  faults: readonly string[],
  edit: (run: Manifest) => void,
): Damage => [
  what,
  name,
  faults,
  async (run, lab) => {
    await editRecord(run, edit);
    await timelab(['sync'], { cwd: lab });
  },
];

async function rewritten(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}

/** What can happen to a record, with the faults that its run has then. */
export const damagedRecords: readonly Damage[] = [
  ['the record gone', 'clean', ['manifest_missing run.json'], (run) => rm(join(run, 'run.json'))],
  [
    'the record torn',
    'clean',
    ['manifest_invalid run.json#/env/system'],
    (run) => rewritten(join(run, 'run.json'), (text) => text.slice(0, text.indexOf('x86_64') + 3)),
  ],
  [
    'the record a link',
    'clean',
    ['manifest_invalid run.json'],
    async (run, lab) => {
      await rename(join(run, 'run.json'), join(lab, 'other.json'));
      await symlink(join(lab, 'other.json'), join(run, 'run.json'));
    },
  ],
  [
    'fields edited by hand',
    'clean',
    ['manifest_invalid run.json#/status', 'manifest_invalid run.json#/modle'],
    (run) =>
      rewritten(join(run, 'run.json'), (text) =>
        text.replace('"status": "ok"', '"status": "fine", "modle": {}'),
      ),
  ],
  edited(
    'its commit',
    'clean',
    ['run_id_mismatch run.json#/run_id', 'commit_missing run.json#/git_sha'],
    (run) => {
      run.git_sha = other.slice(0, 40);
    },
  ),
  edited(
    "its spec's hash",
    'clean',
    ['run_id_mismatch run.json#/run_id', 'spec_mismatch run.json#/task/inputs_hash'],
    (run) => {
      run.task.inputs_hash = other;
    },
  ),
  edited("its lock's hash", 'clean', ['run_id_mismatch run.json#/run_id'], (run) => {
    run.flake_lock_sha256 = other;
  }),
  edited('a digest', 'clean', ['digest_mismatch output/answer.txt'], (run) => {
    run.digests['output/answer.txt'] = other;
  }),
  edited('an artifact off the list', 'clean', ['artifacts_mismatch run.json#/artifacts'], (run) => {
    run.artifacts = run.artifacts.filter((path) => path !== 'output/answer.txt');
  }),
  edited(
    'a digest off the list',
    'clean',
    ['artifacts_mismatch run.json#/artifacts', 'file_added output/answer.txt'],
    (run) => {
      delete run.digests['output/answer.txt'];
    },
  ),
  edited('an input', 'clean', ['input_mismatch run.json#/inputs/1'], (run) => {
    if (run.inputs[1]) run.inputs[1].sha256 = other;
  }),
  edited("an input's length", 'clean', ['input_mismatch run.json#/inputs/1/bytes'], (run) => {
    if (run.inputs[1]) run.inputs[1].bytes = 1;
  }),
  edited('an end before the start', 'clean', ['status_mismatch run.json#/timestamp_end'], (run) => {
    run.timestamp_end = '2025-10-15T10:00:00.000Z';
  }),
  edited('a local time of another instant', 'clean', ['status_mismatch run.json#/local_time'], (run) => {
    run.local_time = '2025-10-15T12:24:00.000+02:00';
  }),
  edited('a failure called well', 'failed', ['status_mismatch run.json#/error'], (run) => {
    run.status = 'ok';
  }),
  edited('another exit code', 'failed', ['status_mismatch run.json#/error/code'], (run) => {
    if (run.error) run.error.code = 70;
  }),
  edited(
    'a patch that is no artifact',
    'dirty',
    ['patch_missing run.json#/git/patch', 'file_added input/git.patch'],
    (run) => {
      run.artifacts = run.artifacts.filter((path) => path !== 'input/git.patch');
      delete run.digests['input/git.patch'];
    },
  ),
  edited('a setting', 'clean', ['spec_mismatch run.json#/model/params/temperature'], (run) => {
    if (run.model) run.model.params['temperature'] = 0.7;
  }),
  edited('a setting that no spec has', 'clean', ['spec_mismatch run.json#/model/params/top_k'], (run) => {
    if (run.model) run.model.params['top_k'] = 40;
  }),
  edited('tags', 'clean', ['spec_mismatch run.json#/task/tags'], (run) => {
    run.task.tags = ['reviewed'];
  }),
  edited('tags of a history', 'mined', ['spec_mismatch run.json#/task/tags'], (run) => {
    run.task.tags = ['reviewed'];
  }),
  edited('where the spec came from', 'clean', ['spec_mismatch run.json#/task/spec_path'], (run) => {
    run.task.spec_path = '/etc/passwd';
  }),
  edited('its tokens', 'clean', ['metrics_mismatch run.json#/metrics/tokens_output'], (run) => {
    if (run.metrics) run.metrics['tokens_output'] = 1_000_000;
  }),
  edited('the tokens of a failure', 'failed', ['metrics_mismatch run.json#/metrics/tokens_input'], (run) => {
    if (run.metrics) run.metrics['tokens_input'] = 0.5;
  }),
  edited('a time below nothing', 'mined', ['metrics_mismatch run.json#/metrics/duration_seconds'], (run) => {
    if (run.metrics) run.metrics['duration_seconds'] = -5;
  }),
  edited('its recording', 'clean', ['recordings_mismatch run.json#/model/recordings'], (run) => {
    run.model?.recordings?.push(null);
  }),
  edited('whose answer it is', 'clean', ['recordings_mismatch run.json#/model/answered_from'], (run) => {
    if (run.model) run.model.answered_from = [{ run_id: other, path: 'x', answers: 1 }];
  }),
  [
    'its recording cut off',
    'clean',
    ['recordings_mismatch ai-recordings/answers/'],
    async (run, lab) => {
      const { manifest } = await readRun(join(run, 'run.json'));
      const name = manifest.model?.recordings?.[0] ?? '';
      await truncate(join(lab, 'ai-recordings/answers', name.slice(0, 2), name), 100);
    },
  ],
  edited('a verdict on no repetition', 'clean', ['repro_mismatch run.json#/repro'], (run) => {
    run.repro = { verdict: 'same', changed: [], causes: [] };
  }),
  edited('a clean tree called dirty', 'clean', ['git_mismatch run.json#/git/dirty'], (run) => {
    if (run.git) run.git.dirty = true;
  }),
  edited('its tree', 'dirty', ['tree_mismatch run.json#/git/tree'], (run) => {
    if (run.git) run.git.tree = other.slice(0, 40);
  }),
  edited('the digest of its code', 'clean', ['code_mismatch run.json#/git/code_sha256'], (run) => {
    if (run.git) run.git.code_sha256 = other;
  }),
  edited(
    'a dirty tree called clean',
    'dirty',
    ['git_mismatch run.json#/git/dirty', 'code_mismatch run.json#/git/code_sha256'],
    (run) => {
      if (run.git) run.git.dirty = false;
    },
  ),
  edited(
    'another count of commits',
    'mined',
    ['history_mismatch run.json#/history/commits', 'history_mismatch run.json#/history/commits'],
    (run) => {
      if (run.history) run.history.commits = 9;
    },
  ),
  edited('another stream', 'summ', ['history_mismatch run.json#/history/stream_sha256'], (run) => {
    if (run.history) run.history.stream_sha256 = other;
  }),
  [
    'the folder renamed',
    'clean',
    [`place_mismatch ${day}/ai-team/artifacts/102359Z_copy_00000000`],
    (run) => rename(run, join(run, '../102359Z_copy_00000000')),
  ],
];

/** The name of a commit's folder in a mined run. */
async function commitName(run: string): Promise<string> {
  const files = await filesBelow(join(run, 'output'));
  return dirname(files.find((path) => path.startsWith('commit_')) ?? '');
}

async function turned(link: string, target: string): Promise<void> {
  await rm(link);
  await symlink(target, link);
}

/** What can happen to what is derived of a run, with the faults that it has then. */
export const damagedDerived: readonly Damage[] = [
  ['the ledger gone', 'clean', ['row_missing runs.csv'], (_, lab) => rm(join(lab, 'runs.csv'))],
  [
    'a row of the day edited',
    'clean',
    [`row_mismatch ${day}/runs.csv`],
    (run, lab) =>
      rewritten(join(lab, day, 'runs.csv'), (text) => {
        const changed = (row: string) => (row.includes(basename(run)) ? row.replace(',ok,', ',error,') : row);
        return text.split('\n').map(changed).join('\n');
      }),
  ],
  [
    "the day's ledger a link",
    'clean',
    [`unreadable ${day}/runs.csv`],
    async (_, lab) => {
      await rename(join(lab, day, 'runs.csv'), join(lab, 'elsewhere'));
      await symlink('../../../elsewhere', join(lab, day, 'runs.csv'));
    },
  ],
  [
    "the day's record turned to an older run",
    'failed',
    [`link_mismatch ${day}/run.json`],
    async (run, lab) => {
      const [older = ''] = (await filesBelow(dirname(run))).filter((path) => path.endsWith('/run.json'));
      await turned(join(lab, day, 'run.json'), `ai-team/artifacts/${older}`);
    },
  ],
  [
    "the day's record gone",
    'failed',
    [`link_missing ${day}/run.json`],
    (_, lab) => rm(join(lab, day, 'run.json')),
  ],
  [
    'a link to a graph gone',
    'mined',
    [`link_missing ${day}/knowledge/graph/`],
    (run, lab) => rm(join(lab, day, 'knowledge/graph', `${basename(run)}.json`)),
  ],
  [
    'a link to a commit turned',
    'mined',
    [`link_mismatch ${day}/analyzer/outputs/commit_`],
    async (run) => turned(join(run, '..', await commitName(run)), 'nowhere'),
  ],
];
