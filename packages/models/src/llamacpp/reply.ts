import { type ModelAnswer, Problem, type ReadReply, type RunHooks } from '@timelab/core';

/** How an answer of the embedded engine ended, in the engine's own words. */
export interface ReplyEnd {
  readonly text: string;
  readonly stop_reason: string;
  readonly tokens_input: number;
  readonly tokens_output: number;
}

/**
 * Writes down an answer as the engine gives it. The engine sends no bytes, so this is what stands for them: a JSON line
 * `{"piece":…}` for each piece of text, in order, and one with the end.
 */
export function replyWriter() {
  const lines: string[] = [];
  return {
    add: (piece: string) => void lines.push(JSON.stringify({ piece })),
    end: (end: ReplyEnd): Uint8Array => Buffer.from(`${[...lines, JSON.stringify(end)].join('\n')}\n`),
  };
}

/** Reads an answer of the embedded engine from those lines. Throws `engine_failed` where they do not say how it ended. */
export function readReply(reply: Uint8Array, hooks: RunHooks = {}): ReadReply {
  const lines = Buffer.from(reply).toString('utf8').trimEnd().split('\n');
  const end = JSON.parse(lines.pop() ?? '') as ReplyEnd;
  for (const line of lines) hooks.onText?.((JSON.parse(line) as { piece: string }).piece);
  return {
    text: end.text,
    finishReason: finishReason(end.stop_reason),
    tokensInput: end.tokens_input,
    tokensOutput: end.tokens_output,
  };
}

function finishReason(stopReason: string): ModelAnswer['finishReason'] {
  if (stopReason === 'maxTokens') return 'length';
  if (/^(eogToken|stopGenerationTrigger|customStopTrigger)$/.test(stopReason)) return 'stop';
  throw new Problem('engine_failed', `The embedded engine stopped for no known reason (${stopReason}).`);
}
