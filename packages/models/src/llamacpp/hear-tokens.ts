import { createHash } from 'node:crypto';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';

/**
 * Lets each token that a sequence draws be heard, with the probabilities of all tokens there are. The sequence is asked for
 * tokens as ever, by whoever talks through it; it gives the same ones, since what is told besides changes no draw.
 */
export function hearTokens(sequence: LlamaContextSequence, hear: (digest: string) => void): void {
  sequence.evaluate = async function* (tokens, options) {
    const drawn = sequence.evaluateWithMetadata(tokens, { probabilities: true }, options);
    try {
      for (let next = await drawn.next(); next.done !== true; ) {
        const { token, probabilities } = next.value;
        hear(digestOf(token, probabilities));
        next = await drawn.next(yield token);
      }
    } finally {
      await drawn.return();
    }
  };
}

/** The probabilities by the tokens' numbers, because equal ones may be listed in any order; the token that was drawn before them. */
function digestOf(token: Token, probabilities: ReadonlyMap<Token, number>): string {
  let greatest = 0;
  for (const each of probabilities.keys()) if (each > greatest) greatest = each;
  // A token that was out of the draw is not one of probability 0.
  const values = new Float64Array(greatest + 2).fill(-1);
  values[0] = token;
  for (const [each, probability] of probabilities) values[each + 1] = probability;
  return createHash('sha256').update(values).digest('hex').slice(0, 16);
}
