/** Where a run keeps the bytes of its spec; like every path here relative to the run folder. */
export const specCopy = 'input/spec.json';

/** Where a run keeps the ids of its commits, one a line, in the order of the records. */
export const commitList = 'input/commits.txt';

/** Where a run lists the files of its commits, in the form of sha256sum(1), relative to the list's own folder. */
export const fileList = 'output/SHA256SUMS';

/** Where a run keeps the records of its commits, a line each. */
export const recordStream = 'output/commits.jsonl';

/** Where a run keeps what a model answered, a line each. */
export const answerList = 'output/output.jsonl';
