import { type Message, Problem } from '@timelab/core';
import type { ChatHistoryItem, ChatWrapper, LlamaModel } from 'node-llama-cpp';
import type { Engine } from './engine.ts';

/**
 * The way a model wants conversations written: its own template, run as it stands. node-llama-cpp would rather take a template of its own
 * that looks alike, and for SmolLM2 that one is not: it doubles the first token and drops the system message.
 */
export function chatWrapperOf({ library }: Engine, model: LlamaModel): ChatWrapper {
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (template === undefined) return library.resolveChatWrapper(model, { warningLogs: false });
  return new library.JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
}

/** A conversation as the engine keeps it, with room at the end for the answer. */
export function chatHistory(messages: readonly Message[]): ChatHistoryItem[] {
  const turns = messages.map(({ role, content }): ChatHistoryItem => {
    if (role === 'assistant') return { type: 'model', response: [content] };
    return { type: role, text: content };
  });
  return [...turns, { type: 'model', response: [] }];
}

/** How many tokens a conversation is. Throws `prompt_too_long` if no answer would fit after it. */
export function countPrompt(
  model: LlamaModel,
  wrapper: ChatWrapper,
  history: ChatHistoryItem[],
  window: number,
) {
  const tokens = wrapper.generateContextState({ chatHistory: history }).contextText.tokenize(model.tokenizer);
  if (tokens.length + 1 < window) return tokens.length;
  throw new Problem(
    'prompt_too_long',
    `The prompt is ${tokens.length} tokens, and the context window only ${window}, the answer included.`,
  );
}
