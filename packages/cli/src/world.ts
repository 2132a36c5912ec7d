import { Problem } from '@timelab/core';

/** A stream of words for people or programs. */
export interface Sink {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** Everything outside the program that a command may look at or act on; nothing reads a global instead. */
export interface World {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly home: string;
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
  /** The current instant, or always the one that TIMELAB_NOW sets. */
  now(): Date;
  readonly clockSet: boolean;
  /** Milliseconds from an arbitrary start, never going back. */
  elapsed(): number;
  /** Fires when the person or the system asks the program to end; its reason is the signal's name. */
  readonly signal: AbortSignal;
}

/** The instant that TIMELAB_NOW sets for fixtures. */
export function setClock(text: string): Date {
  const instant = new Date(text);
  const complete = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text);
  if (complete && !Number.isNaN(instant.getTime())) return instant;
  throw new Problem('usage', `TIMELAB_NOW is ${JSON.stringify(text)}, which is no instant.`, {
    hint: 'Write it in UTC, such as 2025-10-15T10:23:00.000Z, or unset it.',
  });
}
