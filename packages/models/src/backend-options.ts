import type { Mask } from '@timelab/core';
import { DEFAULT_IDLE_TIMEOUT_MS, DEFAULT_MAX_RESPONSE_BYTES, type NetworkPolicy } from './network/policy.ts';

/** What a backend is told by its caller: nothing here is read from the environment behind the caller's back. */
export interface BackendOptions {
  /** The folder that holds `models/`: XDG_DATA_HOME/timelab, or what TIMELAB_MODELS says. */
  readonly dataDir: string;
  /** What a weights file's relative path starts from. */
  readonly cwd: string;
  /** Whether hosts other than this machine may be reached. */
  readonly allowNet: boolean;
  /** Every host that was reached is added here, as `name:port`. */
  readonly hosts: Set<string>;
  /** What no message may hold, though a server says it; nothing if left out. */
  readonly mask?: Pick<Mask, 'text'> | undefined;
  /** OLLAMA_HOST as the user wrote it; 127.0.0.1:11434 if left out. */
  readonly ollamaHost?: string | undefined;
  /** OPENAI_BASE_URL; llama-server's own http://127.0.0.1:8080/v1 if left out, because offline is the default. */
  readonly openaiBaseUrl?: string | undefined;
  /** OPENAI_API_KEY; sent to the OpenAI-compatible server, never kept. */
  readonly openaiApiKey?: string | undefined;
  /** A spec's config.cpu, or TIMELAB_CPU: the variant of the embedded engine's code to run, such as `haswell`. */
  readonly cpu?: string | undefined;
  /** Whether the model is to answer from a cold start, with nothing left of earlier requests. */
  readonly cold?: boolean | undefined;
  /** Milliseconds without a byte after which a server is given up; 300,000 if left out. */
  readonly idleTimeoutMs?: number | undefined;
  /** The longest reply that is read, in bytes; 256 MiB if left out. */
  readonly maxResponseBytes?: number | undefined;
}

/** The part of the options that every request obeys, with the defaults filled in. */
export function networkPolicy(options: BackendOptions): NetworkPolicy {
  return {
    allowNet: options.allowNet,
    hosts: options.hosts,
    idleTimeoutMs: options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
  };
}
