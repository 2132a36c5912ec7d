import { type Finding, findingKinds, isMendable, type Severity } from '../problem/findings.ts';
import { Problem } from '../problem/problem.ts';

/** The most findings of one kind that people are told one by one; --json has them all. */
const MOST_TOLD = 100;

/** What is wrong, as a problem: of the lab (65) before that of the machine (70); none where nothing is an error. */
export function problemOf(findings: readonly Finding[]): Problem | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const ofLab = errors.filter(({ kind }) => findingKinds[kind].of === 'lab');
  const [first] = ofLab.length > 0 ? ofLab : errors;
  if (first === undefined) return undefined;
  const more = errors.length === 1 ? '' : ` (${errors.length} errors in all)`;
  const message = `${first.kind} ${first.place}: ${first.reason}${more}.`;
  const hint = ofLab.some(isMendable) ? { hint: '`timelab doctor --fix` mends what is derived.' } : {};
  return new Problem(ofLab.length > 0 ? 'lab_unsound' : 'machine_unfit', message, hint);
}

/** How many findings there are of each severity. */
export function countFindings(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { ok: 0, note: 0, warning: 0, error: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** What was wrong before and is not any more. */
export function mendedBetween(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const left = new Set(after.filter(isMendable).map(nameOf));
  return before.filter((one) => isMendable(one) && !left.has(nameOf(one)));
}

/**
 * Whether mending once more could do what it has not: it did its work, and something to be mended stands there that it has not
 * met. Of what is derived a mending that did its work leaves nothing, so all of it was left by others meanwhile.
 */
export function hasNewDamage(before: readonly Finding[], after: readonly Finding[]): boolean {
  if (after.some(({ kind }) => kind === 'mending')) return false;
  const met = new Set(before.map(wholeOf));
  return after
    .filter(isMendable)
    .some((one) => one.kind === 'index' || one.kind === 'links' || !met.has(wholeOf(one)));
}

const wholeOf = (one: Finding) => `${nameOf(one)}: ${one.reason}`;

const nameOf = ({ kind, place }: Finding) => `${kind} ${place}`;

/** The findings as lines for people: the lab's, then the machine's; under what is not well, the way out. */
export function findingsForPeople(findings: readonly Finding[]): string[] {
  const widest = Math.max(...Object.keys(findingKinds).map((kind) => kind.length));
  const seen = new Map<string, number>();
  const lines: string[] = [];
  const told = findings.filter(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= MOST_TOLD;
  });
  for (const [at, { kind, severity, place, reason, way_out: wayOut }] of told.entries()) {
    lines.push(`${severity.padEnd(7)}  ${kind.padEnd(widest)}  ${place}: ${reason}`);
    // Of many findings of a kind all have the same way out.
    const next = told[at + 1];
    const isLast = next?.kind !== kind || next.way_out !== wayOut;
    if (isLast && wayOut !== undefined) lines.push(`${' '.repeat(widest + 11)}${wayOut}`);
  }
  for (const [kind, count] of seen)
    if (count > MOST_TOLD) lines.push(`and ${count - MOST_TOLD} more of ${kind}: --json has them all`);
  return lines;
}
