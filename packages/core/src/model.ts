import { Problem } from './problem/problem.ts';
import { type LlmConfig, modelPattern } from './spec/spec.ts';

/** The backends a model name can start with; a name without one of them is Ollama's. */
const backendKinds = ['ollama', 'llamacpp', 'openai'] as const;
export type BackendKind = (typeof backendKinds)[number];

/** Where a model is served and what it is called there. */
export interface ModelName {
  readonly backend: BackendKind;
  readonly model: string;
}

/** Reads `backend:model`; `qwen2.5:7b` alone means `ollama:qwen2.5:7b`, since that colon is part of Ollama's own names. */
export function parseModelName(text: string): ModelName {
  const backend = backendKinds.find((kind) => text.startsWith(`${kind}:`));
  const model = backend === undefined ? text : text.slice(backend.length + 1);
  if (!modelPattern.test(model)) {
    throw new Problem('usage', `"${JSON.stringify(text).slice(1, -1)}" is not the name of a model.`, {
      hint: 'Write ollama:NAME, llamacpp:NAME, llamacpp:./file.gguf or openai:NAME.',
    });
  }
  return { backend: backend ?? 'ollama', model };
}

/** The full name of a model, as it stands in specs and manifests. */
export function formatModelName(name: ModelName): string {
  return `${name.backend}:${name.model}`;
}

/**
 * A model as a record may hold it: of weights outside the folder that the command was called in, the file's name
 * alone, for paths tell of homes and users. The "./" keeps it apart from the names of the shelf.
 */
export function shownModelName({ backend, model }: ModelName): string {
  const parts = model.split(/[\\/]/);
  const outside = backend === 'llamacpp' && (/^([A-Za-z]:)?[\\/]/.test(model) || parts.includes('..'));
  const shown = outside ? `./${parts.filter((part) => part !== '').at(-1) ?? ''}` : model;
  return formatModelName({ backend, model: shown });
}

/** One turn of a conversation. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Everything that shapes an answer, sent in full: a backend adds no default of its own. */
export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly params: SamplingParams;
  readonly format: LlmConfig['format'];
  /** The JSON Schema that the answer is constrained by, where the backend can. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  /** Which of several answers to the same question this is, from 0; 0 if left out. */
  readonly repeat?: number;
}

/** How tokens are drawn. Lengths are in tokens; temperature 0 is greedy. */
export type SamplingParams = Pick<
  LlmConfig,
  'temperature' | 'top_p' | 'seed' | 'max_tokens' | 'stop' | 'context_length' | 'cpu' | 'threads'
>;

/** Who answers, said before the first token. What a backend cannot tell is left out. */
export interface ModelDescription {
  readonly name: string;
  /** The digest that the backend names the model by: Ollama's manifest digest, or the weights' sha256 (lower-case hex). */
  readonly hash?: string;
  /** The sha256 of the weights file itself (lower-case hex). */
  readonly weightsSha256?: string;
  readonly sizeBytes?: number;
  readonly license?: string;
  readonly quantization?: string;
  readonly parameters?: string;
  readonly architecture?: string;
  /** The longest context the model was trained for, in tokens. */
  readonly contextLength?: number;
  /** What runs the weights: name, release, and on CPUs the variant of its code. */
  readonly engine: {
    readonly name: string;
    readonly release?: string;
    readonly server?: string;
    readonly cpu?: string;
  };
  /** The host that really answers, for a local name that is served from elsewhere. */
  readonly remoteHost?: string;
}

/** An answer, with what was sent to get it. Counts that a backend does not give are left out, never zero. */
export interface ModelAnswer {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly tokensInput?: number;
  readonly tokensOutput?: number;
  /** What the server said of itself only with the answer, such as OpenAI's system_fingerprint. */
  readonly server?: string;
  /** Every option as it went to the engine, by the engine's own names. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** Milliseconds, each measured where it happened; left out where it cannot be known, and of a recorded answer. */
  readonly timing?: { readonly loadMs?: number; readonly firstTokenMs?: number; readonly totalMs: number };
  /** The reply's own bytes, as they came: what `reread` makes the same answer of. */
  readonly reply: Uint8Array;
  /** The run that the answer was recorded in, where it was not given by a model now. */
  readonly recordedIn?: RecordedIn;
  /** The name of the recording that holds it, where it was given by a model now and was kept. */
  readonly keptAs?: string;
}

/** An answer as a run keeps it, once the bytes that it came in lie elsewhere. */
export type KeptAnswer = Omit<ModelAnswer, 'reply'>;

/** The run that an answer was first given in. */
export interface RecordedIn {
  readonly runId: string;
  /** Relative to the lab, with "/" between its parts. */
  readonly path: string;
  /** The name of the recording, below the lab's folder of recordings. */
  readonly recording: string;
}

/** What a reply's bytes alone say: an answer without what was sent for it, and without the time it took. */
export type ReadReply = Omit<ModelAnswer, 'sent' | 'timing' | 'reply' | 'recordedIn' | 'keptAs'>;

/** An answer that was recorded, and which request it is of: its place among those that were asked for. */
export interface Recalled {
  readonly at: number;
  readonly answer: ModelAnswer;
}

/** How sure the same question is to get the same answer (see docs/reference/GLOSSARY.md, "determinism tier"). */
export interface Determinism {
  /** T0 the same bits anywhere; T1 the same bits on one machine and engine; T2 best effort; T3 only a recording repeats. */
  readonly tier: 'T0' | 'T1' | 'T2' | 'T3';
  readonly reasons: readonly string[];
}

/** What a caller may follow while a model works. */
export interface RunHooks {
  readonly onText?: (piece: string) => void;
  /**
   * Hears of each token that is drawn, with all the probabilities it was drawn from, in 16 digits of a sha256. A probe
   * alone wants it, for it costs time; a backend that is not told the probabilities never calls it.
   */
  readonly onToken?: (digest: string) => void;
  readonly onProgress?: (step: 'loading' | 'reading' | 'answering', fraction?: number) => void;
}

/** One place that answers requests for one model; the only interface between timelab and language models. */
export interface Backend {
  readonly name: ModelName;
  readonly capabilities: { readonly digest: boolean; readonly seed: boolean; readonly jsonSchema: boolean };
  readonly determinism: Determinism;
  /** Says who would answer, without a token drawn. Throws a `Problem` if nobody can. */
  describe(signal: AbortSignal): Promise<ModelDescription>;
  /**
   * Every setting of a request as it is sent, by the engine's own names, but for what only the model knows: told without
   * asking anybody, because it is part of the key that an answer is kept under.
   */
  settings(request: ModelRequest): Readonly<Record<string, unknown>>;
  /** Reads an answer out of the bytes of an earlier reply, in the way that it was read when they came. Throws a `Problem`. */
  reread(reply: Uint8Array, hooks?: RunHooks): Promise<ReadReply>;
  /**
   * Gives the first of these requests of which an answer is recorded that may be given, with that answer; asks no model.
   * Left out by backends that have no recordings.
   */
  recall?(
    requests: readonly ModelRequest[],
    signal: AbortSignal,
    hooks?: RunHooks,
  ): Promise<Recalled | undefined>;
  /** Answers one request. Throws a `Problem` on any fault, an `AbortError` when the signal fires. */
  run(request: ModelRequest, signal: AbortSignal, hooks?: RunHooks): Promise<ModelAnswer>;
  /** Checks, after an answer, that the weights that were described are those that answered. Throws `digest_changed`. */
  confirm(described: ModelDescription, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
