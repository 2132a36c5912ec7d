import { type ModelDescription, type ModelRequest, Problem } from '@timelab/core';

/** Refuses a context window longer than the model was trained for, which engines shrink or overrun without a word. */
export function refuseTooLongContext(request: ModelRequest, model: ModelDescription): void {
  const asked = request.params.context_length;
  const most = model.contextLength;
  if (most === undefined || asked <= most) return;
  throw new Problem(
    'option_unsupported',
    `config.context_length is ${asked} tokens, but ${model.name} was trained for ${most}.`,
    { hint: `Ask for ${most} or fewer.` },
  );
}
