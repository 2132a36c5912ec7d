import { type JsonDifference, jsonDifferences } from '../compare/json-differences.ts';
import { show } from '../problem/explain.ts';
import type { Fault } from '../problem/problem.ts';
import type { RecordedRequest } from './recording.ts';

/** Every place at which two requests differ, by JSON pointer, with both values; of texts, from where they part. */
export function requestDifferences(asked: RecordedRequest, recorded: RecordedRequest): Fault[] {
  return jsonDifferences(asked, recorded).map((one) => ({ pointer: one.pointer, reason: tell(one) }));
}

function tell({ a: asked, b: recorded }: JsonDifference): string {
  if (asked === undefined) return `is not asked; recorded is ${show(recorded)}`;
  if (recorded === undefined) return `is ${show(asked)}; none is recorded`;
  if (typeof asked !== 'string' || typeof recorded !== 'string')
    return `is ${show(asked)}; recorded is ${show(recorded)}`;
  const at = commonStart(asked, recorded);
  const where = at === 0 ? '' : ` from character ${at + 1} on`;
  return `is ${show(asked.slice(at))}${where}; recorded is ${show(recorded.slice(at))}`;
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  // Not between the halves of one character.
  return /[\ud800-\udbff]/.test(a.charAt(at - 1)) ? at - 1 : at;
}
