import {
  type Backend,
  type Mask,
  type ModelAnswer,
  maskedPieces,
  maskedValue,
  type RunHooks,
} from '@timelab/core';

/**
 * A backend whose answers hold no known secret, neither whole nor in the pieces that they come in: whatever a model or
 * its server repeats, nobody behind it gets to see. The reply's own bytes stay as they came.
 */
export function maskingBackend(live: Backend, mask: Mask): Backend {
  const { recall } = live;
  return {
    ...live,
    run: async (request, signal, hooks) =>
      maskedAnswer(mask, await withMasked(mask, hooks, (masked) => live.run(request, signal, masked))),
    ...(recall && {
      recall: async (requests, signal, hooks) => {
        const found = await withMasked(mask, hooks, (masked) => recall(requests, signal, masked));
        return found && { ...found, answer: maskedAnswer(mask, found.answer) };
      },
    }),
  };
}

function maskedAnswer(mask: Mask, { reply, ...answer }: ModelAnswer): ModelAnswer {
  return { ...(maskedValue(mask, answer) as typeof answer), reply };
}

async function withMasked<T>(
  mask: Mask,
  hooks: RunHooks | undefined,
  work: (hooks: RunHooks | undefined) => Promise<T>,
): Promise<T> {
  const onText = hooks?.onText;
  if (onText === undefined) return await work(hooks);
  const pieces = maskedPieces(mask);
  const show = (text: string) => {
    if (text !== '') onText(text);
  };
  const result = await work({ ...hooks, onText: (piece) => show(pieces.push(piece)) });
  show(pieces.end());
  return result;
}
