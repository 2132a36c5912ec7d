/** A stream of words for people or programs. */
export interface Sink {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** Everything outside the program that a command may look at or act on; nothing reads a global instead. */
export interface World {
  readonly argv: readonly string[];
  /** The words that start this very program: Node, its flags, the program's file. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly home: string;
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
  /** How many processors may be used at once. */
  readonly cores: number;
  /** The current instant, or always the one that TIMELAB_NOW sets. */
  now(): Date;
  /** Whether TIMELAB_NOW sets the clock, as fixtures do. */
  readonly clockSet: boolean;
  /** Milliseconds from an arbitrary start, never going back. */
  elapsed(): number;
  /** Fires when the person or the system asks the program to end; its reason is the signal's name. */
  readonly signal: AbortSignal;
}
