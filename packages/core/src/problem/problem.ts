import { problemKinds } from './problem-kinds.ts';

export { problemKinds };

/** The stable word for a failure, as it stands in `error.kind`. */
export type ProblemKind = keyof typeof problemKinds;

/** Every kind of failure, as a schema lists them. */
export const problemKindNames = Object.keys(problemKinds) as [ProblemKind, ...ProblemKind[]];

/** One thing wrong at one place of a document: a JSON pointer (RFC 6901), the reason, and the way out if known. */
export interface Fault {
  readonly pointer: string;
  readonly reason: string;
  readonly suggestion?: string;
}

/** A failure that timelab expects and can explain: never a stack trace, always a way out. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly hint: string;
  readonly faults: readonly Fault[];

  constructor(
    kind: ProblemKind,
    message: string,
    options: { hint?: string; faults?: readonly Fault[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'Problem';
    this.kind = kind;
    this.hint = options.hint ?? problemKinds[kind].hint;
    this.faults = options.faults ?? [];
  }

  /** What the process exits with: 64 wrong call, 65 bad data, 70 anything else. */
  get exitCode(): 64 | 65 | 70 {
    return problemKinds[this.kind].exitCode;
  }
}
