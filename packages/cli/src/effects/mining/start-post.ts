import { type MiningWork, Problem } from '@timelab/core';
import type { Context } from '../../command.ts';
import type { Extraction } from './extract.ts';
import { startTool, type ToolProcess } from './tool-process.ts';

/** A py_post at work. */
export interface PostProcess extends ToolProcess {
  /** The versions that it reports of itself; known when it has ended, and a Problem if it has reported none. */
  versions(): Record<string, string>;
}

/** Whether py_post has anything to do. */
export function needsPost(work: MiningWork): boolean {
  return hasPages(work) || work.summary || work.patterns || work.csv;
}

/** Whether each commit gets a page, which py_post writes. */
export const hasPages = ({ files }: MiningWork) => files.includes('analysis_summary.md');

/** Starts py_post on the stream of records, if it has anything to do. */
export function startPost(
  { world }: Context,
  { work, places, folder, fence }: Extraction,
): PostProcess | undefined {
  if (!needsPost(work)) return undefined;
  const pages = hasPages(work);
  const args = [
    ...['-', '--out', places.output, '--report'],
    ...(pages ? ['--per-commit', places.output, '--sums', places.pageSums] : []),
    ...(work.summary ? [] : ['--no-summary']),
    ...(work.patterns ? [] : ['--no-patterns', '--no-graph']),
    ...(work.csv ? ['--csv'] : []),
  ];
  const post = startTool(world, fence, { name: 'py_post', args, reads: [], folder });
  const report: Buffer[] = [];
  post.child.stdout.on('data', (piece: Buffer) => report.push(piece));
  return { ...post, versions: () => versionsIn(Buffer.concat(report).toString('utf8')) };
}

function versionsIn(report: string): Record<string, string> {
  try {
    const { py_post, python } = JSON.parse(report);
    if (typeof py_post === 'string' && typeof python === 'string') return { py_post, python };
  } catch {
    // What is no JSON is no report either.
  }
  throw new Problem('tool_failed', 'py_post: it ended without its report.');
}

/** What is told where py_post hung up before it had read everything: its own words, or that it has none. */
export async function whyGone({ ended }: ToolProcess): Promise<Problem> {
  await ended;
  return new Problem('tool_failed', 'py_post: it ended before it had read everything.');
}
