export type { AgentPage } from './agent/agent-page.ts';
export * from './canonical-json.ts';
export type * from './commit.ts';
export { type ComparedRun, compareRuns, type RunComparison } from './compare-runs.ts';
export * from './content-faults.ts';
export * from './day.ts';
export { diffAsMarkdown } from './diff-markdown.ts';
export { diffForPeople } from './diff-text.ts';
export * from './filter-time.ts';
export { type Finding, finding, findingKinds } from './findings.ts';
export * from './hash.ts';
export { isDeeperThan } from './json-depth.ts';
export { jsonDifferences } from './json-differences.ts';
export * from './kept-files.ts';
export {
  formatLedger,
  formatRow,
  type LedgerColumn,
  type LedgerRow,
  ledgerColumns,
  ledgerHeader,
  ledgerRow,
  parseLedger,
  rankOf,
} from './ledger.ts';
export * from './ledger-words.ts';
export * from './manifest.ts';
export * from './masking/dotenv.ts';
export * from './masking/held-secrets.ts';
export * from './masking/known-secrets.ts';
export { type Mask, type MaskStream, maskOf } from './masking/mask.ts';
export { maskedManifest, maskedValue } from './masking/mask-manifest.ts';
export { maskedPieces } from './masking/masked-pieces.ts';
export { secretIn, tokenIn } from './masking/token-forms.ts';
export { fetchModes, miningFormats } from './mining-spec.ts';
export * from './model.ts';
export * from './nearest.ts';
export * from './nearest-runs.ts';
export * from './newer-manifest.ts';
export * from './patch-headers.ts';
export * from './places.ts';
export * from './plans/agent.ts';
export * from './plans/ai.ts';
export { answerFile, outputLine, replayed } from './plans/answers.ts';
export * from './plans/day.ts';
export * from './plans/diff.ts';
export * from './plans/doctor.ts';
export { judgeLab, type LabSight } from './plans/doctor-lab.ts';
export { judgeMachine, type MachineSight, type SeenProgram } from './plans/doctor-machine.ts';
export * from './plans/init.ts';
export * from './plans/ls.ts';
export * from './plans/mine.ts';
export * from './plans/mining-wants.ts';
export * from './plans/mining-work.ts';
export * from './plans/new.ts';
export * from './plans/probe.ts';
export * from './plans/record.ts';
export * from './plans/replay.ts';
export * from './plans/repro.ts';
export { pageOf } from './plans/show.ts';
export * from './plans/words.ts';
export * from './probe/earned-tier.ts';
export * from './probe/probe-prompts.ts';
export type * from './probe/probe-record.ts';
export * from './problem.ts';
export * from './read-manifest.ts';
export * from './read-spec.ts';
export * from './record-faults.ts';
export * from './recording.ts';
export { type Repro, type ReproCause, type RunFactor, runFactors } from './repro-record.ts';
export * from './request.ts';
export * from './result.ts';
export * from './run-id.ts';
export * from './run-name.ts';
export * from './select-runs.ts';
export * from './shell-words.ts';
export * from './spec.ts';
export * from './strict-json.ts';
export * from './time-span.ts';
export * from './validation.ts';
export { wholeRows } from './whole-rows.ts';
export { diffWords } from './word-diff.ts';
