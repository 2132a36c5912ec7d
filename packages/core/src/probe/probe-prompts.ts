import { hashJson } from '../hash.ts';
import type { Json } from '../json/canonical-json.ts';
import type { Message, ModelRequest } from '../model.ts';

/** One of the questions of a probe. */
interface ProbePrompt {
  readonly name: string;
  readonly request: ModelRequest;
}

/**
 * What every probe asks, always the same, so that probes of two machines can be held against each other: one question with
 * a system message that is answered greedily, and one whose tokens are drawn by the seed. Answers are short, because the
 * probabilities of the first tokens already show every difference in rounding.
 */
export const probePrompts: readonly ProbePrompt[] = [
  {
    name: 'table',
    request: ask(
      [
        { role: 'system', content: 'You are a careful laboratory assistant.' },
        user('Write the boiling points of water, ethanol and acetone as a small table.'),
      ],
      0,
    ),
  },
  { name: 'story', request: ask([user('Tell me a story about a lighthouse.')], 1) },
];

/** The sha256 over everything that a probe asks. */
export const probePromptsHash: string = hashJson(JSON.parse(JSON.stringify(probePrompts)) as Json);

function user(content: string): Message {
  return { role: 'user', content };
}

function ask(messages: readonly Message[], temperature: number): ModelRequest {
  const params = { temperature, top_p: 0.95, seed: 1234, max_tokens: 16, stop: [], context_length: 512 };
  return { messages, params, format: 'text' };
}
