export type { AgentPage } from './agent/agent-page.ts';
export type * from './commit.ts';
export { type ComparedRun, compareRuns, type RunComparison } from './compare/compare-runs.ts';
export { diffAsMarkdown } from './compare/diff-markdown.ts';
export { diffForPeople } from './compare/diff-text.ts';
export { jsonDifferences } from './compare/json-differences.ts';
export { diffWords } from './compare/word-diff.ts';
export * from './day.ts';
export * from './find/filter-time.ts';
export * from './find/nearest-runs.ts';
export * from './find/select-runs.ts';
export * from './find/time-span.ts';
export * from './hash.ts';
export * from './json/canonical-json.ts';
export { isDeeperThan } from './json/json-depth.ts';
export * from './json/strict-json.ts';
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
} from './ledger/ledger.ts';
export * from './ledger/ledger-words.ts';
export { wholeRows } from './ledger/whole-rows.ts';
export * from './masking/dotenv.ts';
export * from './masking/held-secrets.ts';
export * from './masking/known-secrets.ts';
export { type Mask, type MaskStream, maskOf } from './masking/mask.ts';
export { maskedManifest, maskedValue } from './masking/mask-manifest.ts';
export { maskedPieces } from './masking/masked-pieces.ts';
export { secretIn, tokenIn } from './masking/token-forms.ts';
export * from './model.ts';
export * from './patch-headers.ts';
export * from './places.ts';
export * from './plans/agent.ts';
export * from './plans/ai.ts';
export { answerFile, countRecorded, outputLine, replayed } from './plans/answers.ts';
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
export { type Finding, finding, findingKinds } from './problem/findings.ts';
export * from './problem/nearest.ts';
export * from './problem/problem.ts';
export * from './record/content-faults.ts';
export * from './record/kept-files.ts';
export * from './record/manifest.ts';
export * from './record/newer-manifest.ts';
export * from './record/read-manifest.ts';
export * from './record/record-faults.ts';
export { type Repro, type ReproCause, type RunFactor, runFactors } from './record/repro-record.ts';
export * from './record/run-id.ts';
export * from './recording/recording.ts';
export * from './request.ts';
export * from './result.ts';
export * from './shell-words.ts';
export { fetchModes, miningFormats } from './spec/mining-spec.ts';
export * from './spec/read-spec.ts';
export * from './spec/run-name.ts';
export * from './spec/spec.ts';
export * from './validation.ts';
