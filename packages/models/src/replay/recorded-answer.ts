import { type Backend, type KeptRecording, type ModelAnswer, Problem, type RunHooks } from '@timelab/core';

/**
 * The answer that a recording holds, read anew from the reply's own bytes, with the run that it came from and without
 * the time that it took; undefined if nobody can read it any more. Hooks get its pieces once it is read.
 */
export async function recordedAnswer(
  { reread }: Pick<Backend, 'reread'>,
  { name, recording }: KeptRecording,
  hooks: RunHooks = {},
): Promise<ModelAnswer | undefined> {
  const { run, sent } = recording;
  const reply = Buffer.from(recording.reply, 'utf8');
  const pieces: string[] = [];
  try {
    const read = await reread(reply, { onText: (piece) => pieces.push(piece) });
    for (const piece of pieces) hooks.onText?.(piece);
    return { ...read, sent, reply, recordedIn: { runId: run.run_id, path: run.path, recording: name } };
  } catch (error) {
    if (error instanceof Problem || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
