import { type ModelAnswer, type ModelRequest, Problem, type RunHooks } from '@timelab/core';
import type { LlamaModel } from 'node-llama-cpp';
import type { Engine } from './engine.ts';
import { ENGINE_VERSION } from './engine-missing.ts';
import { grammarFor, grammarName, grammarText } from './grammar.ts';
import { hearTokens } from './hear-tokens.ts';
import { chatHistory, chatWrapperOf, countPrompt } from './prompt.ts';
import { type ReplyEnd, readReply, replyWriter } from './reply.ts';

/** How many prompt tokens are read at once: part of a run's identity, since another number rounds differently. */
const BATCH_TOKENS = 512;

/** What timelab fixes: every sampler it has no word for is switched off. */
const fixed = { sequences: 1, batchSize: BATCH_TOKENS, flashAttention: false } as const;
const neutral = { topK: 0, minP: 0, repeatPenalty: false } as const;

/** Answers one request in a context of its own, which no earlier request has touched. Throws `prompt_too_long` and `engine_failed`. */
export async function answer(
  engine: Engine,
  model: LlamaModel,
  request: ModelRequest,
  signal: AbortSignal,
  hooks: RunHooks,
): Promise<ModelAnswer> {
  const start = performance.now();
  const wrapper = chatWrapperOf(engine, model);
  const history = chatHistory(request.messages);
  const threads = threadsOf(request);
  // The engine gives all contexts of a process no more than this together.
  engine.llama.maxThreads = Math.max(engine.llama.maxThreads, threads);
  const window = { contextSize: request.params.context_length, threads, ...fixed };
  const tokensInput = countPrompt(model, wrapper, history, window.contextSize);
  const sampling = samplingFor(request, tokensInput);
  const writer = replyWriter();
  const grammar = await grammarFor(engine, request);
  const context = await model.createContext({ ...window, failedCreationRemedy: false }).catch(noMemory);
  try {
    const sequence = context.getSequence();
    if (hooks.onToken !== undefined) hearTokens(sequence, hooks.onToken);
    const chat = new engine.library.LlamaChat({ contextSequence: sequence, chatWrapper: wrapper });
    const watch = watchText(start, hooks, writer.add);
    const { response, metadata } = await chat.generateResponse(history, {
      ...sampling,
      ...(grammar === undefined ? {} : { grammar }),
      contextShift: { size: 1, strategy: refuseShift },
      signal,
      onTextChunk: watch.onTextChunk,
    });
    const end: ReplyEnd = {
      text: response,
      stop_reason: metadata.stopReason,
      tokens_input: tokensInput,
      tokens_output: sequence.tokenMeter.usedOutputTokens,
    };
    const reply = writer.end(end);
    return {
      // Read from its own bytes, so that a recorded answer can be no other than this one was.
      ...readReply(reply),
      sent: { ...window, ...sampling, grammar: grammarName(request), chatTemplate: wrapper.wrapperName },
      timing: { ...watch.firstToken(), totalMs: performance.now() - start },
      reply,
    };
  } finally {
    await context.dispose();
  }
}

/** Every setting of a request that is known before the model is: what fits into the window is not. */
export function settingsFor(request: ModelRequest): Record<string, unknown> {
  return {
    library: `node-llama-cpp ${ENGINE_VERSION}`,
    contextSize: request.params.context_length,
    threads: threadsOf(request),
    ...fixed,
    ...samplingFor(request, 0),
    grammar: grammarText(request),
  };
}

/** One thread unless more are asked for: two spin against each other, and gain a small model nothing. */
function threadsOf({ params }: ModelRequest): number {
  return params.threads ?? 1;
}

/** How tokens are drawn and when the answer ends, by the engine's own names. */
function samplingFor({ params }: ModelRequest, tokensInput: number) {
  return {
    temperature: params.temperature,
    topP: params.top_p,
    seed: params.seed,
    ...neutral,
    maxTokens: Math.min(params.max_tokens, params.context_length - tokensInput - 1),
    customStopTriggers: params.stop,
  };
}

/** Passes on the pieces of an answer, and remembers when the first one came. */
function watchText(start: number, hooks: RunHooks, keep: (piece: string) => void) {
  let firstTokenMs: number | undefined;
  hooks.onProgress?.('reading');
  return {
    onTextChunk(piece: string) {
      if (firstTokenMs === undefined) hooks.onProgress?.('answering');
      firstTokenMs ??= performance.now() - start;
      hooks.onText?.(piece);
      keep(piece);
    },
    firstToken: () => (firstTokenMs === undefined ? {} : { firstTokenMs }),
  };
}

/** The engine drops old words to make room for new ones; the room was counted, so that it never may. */
function refuseShift(): never {
  throw new Problem('prompt_too_long', 'Prompt and answer do not fit into the context window together.');
}

function noMemory(cause: unknown): never {
  throw new Problem('engine_failed', 'The embedded engine could not make room for the context window.', {
    hint: 'Lower config.context_length, or free some memory.',
    cause,
  });
}
