import { type Backend, type ProbeAnswer, type ProbeRun, probePrompts, sha256 } from '@timelab/core';

/** The backends of one run of a probe: one that begins cold, and one that answers with what is loaded already. */
interface ProbedBackends {
  readonly cold: Backend;
  readonly warm: Backend;
}

/**
 * Asks every prompt of a probe of a model that has just been loaded, and then, the other way round, all of them again: the
 * last is so asked twice in a row, where a server that keeps prompts has the whole of one. With a number of threads of its own,
 * only what is cold is asked.
 */
export async function askPrompts(
  { cold, warm }: ProbedBackends,
  threads: number | undefined,
  signal: AbortSignal,
): Promise<ProbeRun> {
  const answers: ProbeAnswer[] = [];
  const ask = async (start: ProbeAnswer['start'], { name, request }: (typeof probePrompts)[number]) => {
    const tokens: string[] = [];
    const params = { ...request.params, ...(threads === undefined ? {} : { threads }) };
    const backend = start === 'cold' ? cold : warm;
    const onToken = (digest: string) => tokens.push(digest);
    const { text } = await backend.run({ ...request, params }, signal, { onToken });
    const heard = tokens.length === 0 ? {} : { tokens };
    answers.push({ prompt: name, start, text, text_sha256: sha256(text), ...heard });
  };
  for (const prompt of probePrompts) await ask('cold', prompt);
  if (threads === undefined) for (const prompt of [...probePrompts].reverse()) await ask('warm', prompt);
  return { ...(threads === undefined ? {} : { threads }), answers };
}
