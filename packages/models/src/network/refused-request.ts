import { Problem } from '@timelab/core';
import type { Reply } from './reply.ts';
import { errorWords, type Quote } from './server-words.ts';

/** The `Problem` that a server means by an answer other than 2xx, told from its status and its words. */
export async function refusedRequest(
  response: Pick<Reply, 'status' | 'text'>,
  origin: string,
  model: string,
  quote?: Quote,
): Promise<Problem> {
  return explainRefusal(response.status, errorWords(await response.text(), quote), origin, model);
}

/** The `Problem` that a server means by these words; the status is 0 where the words came in the middle of an answer. */
export function explainRefusal(status: number, words: string, origin: string, model: string): Problem {
  const said = words === '' ? `HTTP status ${status}` : `"${words}"`;
  if (/context (length|size|window)|exceeds? .*context|too long/i.test(words)) {
    return new Problem('prompt_too_long', `The prompt does not fit into the context of ${model}: ${said}.`);
  }
  if (status === 404) return new Problem('model_missing', `${origin} does not have ${model}: ${said}.`);
  if (status === 401 || status === 403) {
    // Its words are not quoted: some servers repeat the key in them, or parts of it.
    return new Problem('backend_error', `${origin} refused to let timelab in (HTTP status ${status}).`, {
      hint: 'Give the server its key with OPENAI_API_KEY.',
    });
  }
  return new Problem('backend_error', `${origin} failed: ${said}.`);
}
