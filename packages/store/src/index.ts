export { type Clock, claimRun, type RunDraft } from './claim-run.ts';
export { createFileDurable, makeFoldersDurable } from './durable-file.ts';
export { type Lab, openLab } from './lab.ts';
export { makeDay } from './make-day.ts';
export type { RunFolder } from './run-folder.ts';
export { identifySelf } from './runner.ts';
export { settle } from './settle.ts';
export { sync } from './sync.ts';
