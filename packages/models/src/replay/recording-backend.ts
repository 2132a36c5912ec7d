import {
  type Backend,
  isPinned,
  LONGEST_REPLY,
  type ModelAnswer,
  type ModelDescription,
  type ModelRequest,
  modelFile,
  Problem,
  type Recording,
  type Recordings,
  recordedRequest,
  recordingFile,
  recordingKey,
  sha256,
} from '@timelab/core';
import { joinedPieces } from './joined-pieces.ts';
import { recordedAnswer } from './recorded-answer.ts';

/**
 * Which recorded answers may stand for new ones: none; all that the same weights gave; or those alone that were given in
 * runs, by their ids, that this one goes on with.
 */
export type Reuse = false | 'all' | ReadonlySet<string>;

/** What a recording backend is told by its caller. */
export interface RecordingOptions {
  readonly recordings: Recordings;
  /** The run that is at work: where new answers come from. */
  readonly run: Recording['run'];
  /** Which recorded answers are given, and the model not asked. */
  readonly reuse: Reuse;
  now(): Date;
  /** Hears, in words, why an answer was not kept or a recorded one not used. */
  note(words: string): void;
}

/**
 * A backend that keeps each answer of another one, before anybody hears of it: only whole ones, and only after the same
 * weights were found behind the name. Where told to, it gives what is recorded of equal requests instead of asking.
 */
export function recordingBackend(live: Backend, options: RecordingOptions): Backend {
  const { recordings, reuse, note } = options;
  const recall: Required<Backend>['recall'] = async (requests, signal, hooks) => {
    if (reuse === false) return undefined;
    const described = await live.describe(signal);
    if (reuse === 'all' && !mayStandIn(described, note)) return undefined;
    for (const [at, request] of requests.entries()) {
      for await (const kept of recordings.find(recordingKey(askedOf(described, request)))) {
        if (reuse !== 'all' && !reuse.has(kept.recording.run.run_id)) continue;
        const answer = await recordedAnswer(live, kept, hooks);
        if (answer !== undefined) return { at, answer };
      }
    }
    for (const path of recordings.damaged) note(`${path} is damaged, and was not used.`);
    return undefined;
  };
  return {
    ...live,
    recall,
    async run(request, signal, hooks) {
      const recalled = await recall([request], signal, hooks);
      if (recalled !== undefined) return recalled.answer;
      const described = await live.describe(signal);
      const answer = await live.run(request, signal, hooks);
      await live.confirm(described, signal);
      const kept = await keepAnswer(askedOf(described, request), answer, described);
      if ('name' in kept) return { ...answer, keptAs: kept.name };
      note(`An answer was not kept among the recordings: ${kept.refused}.`);
      return answer;
    },
    // Each answer that was asked for was confirmed before it was kept.
    confirm: async () => {},
  };

  function askedOf(model: ModelDescription, request: ModelRequest): Recording['request'] {
    return recordedRequest({ backend: live.name.backend, model, request, settings: live.settings(request) });
  }

  async function keepAnswer(
    asked: Recording['request'],
    answer: ModelAnswer,
    described: ModelDescription,
  ): Promise<{ readonly name: string } | { readonly refused: string }> {
    const { reply, sent } = answer;
    if (reply.length > LONGEST_REPLY) return { refused: `its reply is ${reply.length} bytes long` };
    const text = decoded(reply);
    if (text === undefined) return { refused: 'its reply is not UTF-8' };
    const model = modelFile(live.name.backend, described);
    const recording: Recording = {
      schema_version: '1.0',
      key: recordingKey(asked),
      request: asked,
      model: sha256(model.text),
      recorded_at: options.now().toISOString(),
      run: options.run,
      sent: JSON.parse(JSON.stringify(sent)),
      reply: text,
    };
    try {
      const refused = await recordings.keep(model, recording, [answer.text, ...joinedPieces(text)]);
      return refused === undefined ? { name: recordingFile(recording).name } : { refused };
    } catch (error) {
      // The run has the answer all the same: it is not lost for want of a second copy.
      if (error instanceof Problem) return { refused: error.message.replace(/\.$/, '') };
      throw error;
    }
  }
}

function mayStandIn(described: ModelDescription, note: (words: string) => void): boolean {
  if (isPinned(described)) return true;
  note('No recorded answer was used: the server does not say which weights answer.');
  return false;
}

function decoded(reply: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reply);
  } catch {
    return undefined;
  }
}
