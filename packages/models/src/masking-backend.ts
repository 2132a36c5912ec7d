import { type Backend, type Mask, maskedPieces, maskedValue, type RunHooks } from '@timelab/core';

/**
 * A backend whose answers hold no known secret, neither whole nor in the pieces that they come in: whatever a model or
 * its server repeats, nobody behind it gets to see. The reply's own bytes stay as they came.
 */
export function maskingBackend(live: Backend, mask: Mask): Backend {
  return {
    ...live,
    async run(request, signal, hooks) {
      const { reply, ...answer } = await withMasked(mask, hooks, (masked) =>
        live.run(request, signal, masked),
      );
      return { ...(maskedValue(mask, answer) as typeof answer), reply };
    },
  };
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
