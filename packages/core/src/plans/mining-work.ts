import { commitFiles } from '../spec/mining-spec.ts';
import type { MiningSpec } from '../spec/spec.ts';

/** A file that a commit's folder can hold. */
export type CommitFile = (typeof commitFiles)[number];

/** What the helper programs are to make of the commits, and where; paths are relative to the run. */
export interface MiningWork {
  /** The files of each commit's folder; none where there are no folders. */
  readonly files: readonly CommitFile[];
  /** Whether git's text of all patches is wanted in one file, as where there are no folders. */
  readonly patches: boolean;
  readonly csv: boolean;
  /** Whether the whole is summarised in words. */
  readonly summary: boolean;
  /** Whether patterns and the graph are looked for. */
  readonly patterns: boolean;
  /** Above so many candidates on a side git looks for exact renames only. */
  readonly renameLimit: number;
  /** Against which parent a merge is compared. */
  readonly merges: 'first-parent';
}

/** The name of a commit's folder, by the first 12 digits of its id. */
export function commitFolder(id: string): string {
  return `commit_${id.slice(0, 12)}`;
}

/** Git's limit is 1000 unless it is configured; it is set, so that no configuration moves it. */
const fixed = { renameLimit: 1000, merges: 'first-parent' } as const;

/** What a mining spec asks to be made; `extraction` stops after the extractor. */
export function planMining({ kind, config, output }: MiningSpec): MiningWork {
  const { analyze, include_stats, include_full_diff } = config;
  const analysed = kind === 'mining';
  const unwanted: readonly CommitFile[] = [
    ...(include_stats ? [] : (['diff_stats.txt'] as const)),
    ...(include_full_diff ? [] : (['full_diff.txt'] as const)),
    ...(analysed && analyze.generate_summary ? [] : (['analysis_summary.md'] as const)),
  ];
  const folders = output.format === 'folders';
  return {
    files: folders ? [...new Set(output.per_commit_files)].filter((file) => !unwanted.includes(file)) : [],
    patches: !folders && include_full_diff,
    csv: output.format === 'csv',
    summary: analysed && analyze.generate_summary,
    patterns: analysed && analyze.extract_patterns,
    ...fixed,
  };
}

/** What is made of one commit alone: all there is to it, and nothing about a whole. */
export const oneCommit: MiningWork = {
  files: commitFiles,
  patches: false,
  csv: false,
  summary: false,
  patterns: false,
  ...fixed,
};

/** Where nothing but the records is wanted. */
export const recordsAlone: MiningWork = {
  files: [],
  patches: false,
  csv: false,
  summary: false,
  patterns: false,
  ...fixed,
};

/**
 * Every setting that shapes the bytes of the records: what rust_extractor asks of `git diff-tree`, the same whatever
 * the repository or the user configured.
 */
export function miningFlags(work: MiningWork): Record<string, string | number | boolean> {
  return {
    diff_algorithm: 'myers',
    indent_heuristic: true,
    context_lines: 3,
    inter_hunk_context: 0,
    renames: 'rename, similarity 50 %, no copies',
    rename_limit: work.renameLimit,
    merges: work.merges,
    prefixes: 'a/ b/',
    full_index: true,
    text_conversion: false,
    submodules: 'short',
    replace_refs: false,
  };
}
