export { type Clock, claimRun, type RunDraft } from './claim-run.ts';
export { explained, naming, reasonOf, unless } from './disk-problem.ts';
export { createFileDurable, makeFoldersDurable, writeFileDurable } from './durable-file.ts';
export { type ExamineMeans, examineLab, type LabExamination } from './examine-lab.ts';
export { digestNow, type Pause } from './file-digest.ts';
export { readFileList, readFileListPieces } from './file-list.ts';
export { findEqualRun } from './find-equal-run.ts';
export { findRun, mayBeWell, type NamedRun, requireManifest } from './find-run.ts';
export { type Lab, openLab } from './lab.ts';
export { readLedger } from './ledger-file.ts';
export { listAllRuns, listRunPaths, type Share } from './list-runs.ts';
export { listSpecs } from './list-specs.ts';
export { makeDay } from './make-day.ts';
export { mendLab } from './mend-lab.ts';
export { type RunIndex, readIndex } from './read-index.ts';
export { openRecordings, type Refusal } from './recordings.ts';
export { readArtifact, sizesOf, withArtifact } from './run-contents.ts';
export { digestFile } from './run-files.ts';
export type { RunFolder } from './run-folder.ts';
export { identifySelf, isGone, isProcess } from './runner.ts';
export { settle } from './settle.ts';
export { sync } from './sync.ts';
export { openDerived } from './verify-derived.ts';
export { type RunVerdict, type VerifyMeans, verifyRun } from './verify-run.ts';
export {
  clearOldWork,
  closeWork,
  openWork,
  ownWorkFiles,
  type WorkFolder,
  withdrawWork,
} from './work-folder.ts';
