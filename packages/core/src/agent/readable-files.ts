import { answerFile } from '../plans/answers.ts';
import { answerList, commitList, fileList, recordStream, specCopy } from '../record/kept-files.ts';
import { commitFiles } from '../spec/mining-spec.ts';
import type { LlmSpec } from '../spec/spec.ts';
import type { AgentPage } from './agent-page.ts';

type Readable = AgentPage['read'][number];
type Details = Partial<Pick<Readable, 'words' | 'schema'>>;

/** Exhaustive, so that a new format has its file here. */
const formats: Readonly<Record<LlmSpec['config']['format'], true>> = {
  text: true,
  markdown: true,
  json: true,
};

const answering = ['ai', 'repro'];
const mining = ['mine', 'summ', 'repro'];
const all = ['ai', ...mining];

/** Every file that a run can hold, with whose words are in it; no file of a run is left out. */
export const readableFiles: readonly Readable[] = [
  file('run.json', 'the record of the run', all, { words: ['asker'], schema: 'run.schema.json' }),
  file(specCopy, 'what was asked', all, { words: ['asker'], schema: 'spec.schema.json' }),
  file('input/files/*', 'the files that were asked about', answering, { words: ['asker'] }),
  file('input/git.patch', 'what was not committed', all, { words: ['asker'] }),
  file(commitList, 'the ids of the commits, one a line', mining),
  ...Object.keys(formats).map((format) =>
    file(answerFile(format as keyof typeof formats), 'the answer', answering, { words: ['model'] }),
  ),
  file(answerList, 'each answer with its usage, one a line', all, { words: ['model'] }),
  file('output/requests.jsonl', 'what a model was asked of commits, one a line', mining, {
    words: ['history'],
  }),
  file(recordStream, 'each commit, one a line', mining, { words: ['history'], schema: 'commit.schema.json' }),
  file('output/patches.diff', 'all patches', mining, { words: ['history'] }),
  ...['commits.csv', 'files.csv'].map((name) =>
    file(`output/${name}`, 'the records as a table', mining, { words: ['history'] }),
  ),
  file('output/summary.md', 'the history, for people', mining, { words: ['history'] }),
  file('output/patterns.json', 'the history in numbers', mining, {
    words: ['history'],
    schema: 'patterns.schema.json',
  }),
  file('output/graph.json', 'the history as a graph', mining, {
    words: ['history'],
    schema: 'graph.schema.json',
  }),
  ...commitFiles.map((name) =>
    file(`output/commit_*/${name}`, 'one commit', mining, {
      // With a model, its words stand in the page, and are marked as such.
      words: name === 'analysis_summary.md' ? ['history', 'model'] : ['history'],
      ...(name === 'commit.json' ? { schema: 'commit.schema.json' } : {}),
    }),
  ),
  file(fileList, "the sha256 of each file of the commits' folders", mining),
  file('logs/log.jsonl', 'what happened, one event a line', all),
];

function file(
  path: string,
  what: string,
  made_by: readonly string[],
  { words = [], schema }: Details = {},
): Readable {
  return { path, what, made_by: [...made_by], words, ...(schema === undefined ? {} : { schema }) };
}
