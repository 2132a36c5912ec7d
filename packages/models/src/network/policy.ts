/** What requests to a model server may do, and where they leave their traces. */
export interface NetworkPolicy {
  /** Whether addresses other than this machine's own may be connected to. */
  readonly allowNet: boolean;
  /** Every host that a connection was made to, as `name:port`; grows while requests are made. */
  readonly hosts: Set<string>;
  /** Milliseconds without a byte after which a server is given up. */
  readonly idleTimeoutMs: number;
  /** The longest answer that is read, in bytes. */
  readonly maxResponseBytes: number;
}

/** A cold start of a large model can be silent for minutes, so the patience is long. */
export const DEFAULT_IDLE_TIMEOUT_MS = 300_000;

/** Twice what a million streamed tokens take; anything longer is no answer. */
export const DEFAULT_MAX_RESPONSE_BYTES = 256 * 1024 * 1024;
