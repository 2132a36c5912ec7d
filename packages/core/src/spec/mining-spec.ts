import * as z from 'zod';
import { filterTime } from '../find/filter-time.ts';
import { once } from '../once.ts';
import { line, text } from '../text-schema.ts';

const short = line(1024);

const date = line(64).refine(
  (text) => filterTime(text, 'first') !== undefined,
  'a date: YYYY-MM-DD, or RFC 3339 such as 2025-10-15T10:23:00Z',
);

/** The files that a commit's folder can hold. */
export const commitFiles = [
  'commit.json',
  'commit_message.txt',
  'diff_stats.txt',
  'full_diff.txt',
  'analysis_summary.md',
] as const;

/** The forms that records can be left in: a folder for each commit, or a few packed files. */
export const miningFormats = ['folders', 'json', 'csv'] as const;

/** How much of a remote repository can be fetched. */
export const fetchModes = ['full', 'shallow', 'diff-only'] as const;

/** What a mining spec has besides the fields every spec has; design and names follow the project's seed documents. */
export const miningFields = once(() => ({
  inputs: z.strictObject({
    repository: z
      .strictObject({
        owner: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, 'an account name')
          .exactOptional(),
        name: z
          .string()
          .regex(/^[A-Za-z0-9._-]{1,100}$/, 'a repository name')
          .exactOptional(),
        url: short.exactOptional().describe('https, ssh or file; never with credentials.'),
        path: short.exactOptional().describe('A repository on this machine.'),
      })
      .describe('Where the history is: owner and name, or url, or path.'),
    filter: z
      .strictObject({
        since: date.exactOptional().describe('The earliest author date, RFC 3339 or YYYY-MM-DD (in UTC).'),
        until: date.exactOptional().describe('The latest author date; of a day, its end.'),
        author: short.exactOptional().describe("A part of the author's name or address."),
        branch: short.exactOptional().describe('The branch, tag or revision to begin at; HEAD if left out.'),
        path: short.exactOptional().describe('Only commits that touch this file or folder.'),
        message_pattern: short
          .exactOptional()
          .describe('A regular expression (POSIX extended) over the message.'),
      })
      .prefault({}),
    commits: z
      .array(z.string().regex(/^[0-9a-f]{7,64}$/, '7 to 64 lower-case hex digits'))
      .max(100_000)
      .default([])
      .describe('These commits and no others.'),
  }),
  config: z
    .strictObject({
      limit: z.int().min(1).max(10_000_000).default(100).describe('The newest so many commits.'),
      fetch_mode: z.enum(fetchModes).default('diff-only'),
      include_stats: z.boolean().default(true),
      include_full_diff: z.boolean().default(true),
      analyze: z
        .strictObject({
          generate_summary: z.boolean().default(true),
          extract_patterns: z.boolean().default(true),
          llm_analysis: z
            .strictObject({
              enabled: z.boolean().default(false),
              model: line(256).exactOptional(),
              prompt_template: text(65_536).exactOptional(),
            })
            .prefault({}),
        })
        .prefault({}),
    })
    .prefault({}),
  output: z
    .strictObject({
      format: z.enum(miningFormats).default('folders'),
      per_commit_files: z
        .array(z.enum(commitFiles))
        .max(5)
        .default([...commitFiles]),
    })
    .prefault({}),
}));
