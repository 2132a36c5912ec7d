import {
  type Backend,
  isPinned,
  LONGEST_REPLY,
  type ModelAnswer,
  type ModelDescription,
  modelFile,
  Problem,
  type Recording,
  type Recordings,
  recordedRequest,
  recordingKey,
  sha256,
} from '@timelab/core';
import { joinedPieces } from './joined-pieces.ts';
import { recordedAnswer } from './recorded-answer.ts';

/** What a recording backend is told by its caller. */
export interface RecordingOptions {
  readonly recordings: Recordings;
  /** The run that is at work: where new answers come from. */
  readonly run: Recording['run'];
  /** Whether an answer that is recorded is given, and the model not asked. */
  readonly reuse: boolean;
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
  return {
    ...live,
    async run(request, signal, hooks) {
      const described = await live.describe(signal);
      const asked = recordedRequest({
        backend: live.name.backend,
        model: described,
        request,
        settings: live.settings(request),
      });
      if (reuse && mayStandIn(described, note)) {
        for await (const kept of recordings.find(recordingKey(asked))) {
          const answer = await recordedAnswer(live, kept, hooks);
          if (answer !== undefined) return answer;
        }
        for (const path of recordings.damaged) note(`${path} is damaged, and was not used.`);
      }
      const answer = await live.run(request, signal, hooks);
      await live.confirm(described, signal);
      await keep(asked, answer, described);
      return answer;
    },
    // Each answer that was asked for was confirmed before it was kept.
    confirm: async () => {},
  };

  async function keep(asked: Recording['request'], answer: ModelAnswer, described: ModelDescription) {
    const words = await keepAnswer(asked, answer, described);
    if (words !== undefined) note(`An answer was not kept among the recordings: ${words}.`);
  }

  async function keepAnswer(asked: Recording['request'], answer: ModelAnswer, described: ModelDescription) {
    const { reply, sent } = answer;
    if (reply.length > LONGEST_REPLY) return `its reply is ${reply.length} bytes long`;
    const text = decoded(reply);
    if (text === undefined) return 'its reply is not UTF-8';
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
      return await recordings.keep(model, recording, [answer.text, ...joinedPieces(text)]);
    } catch (error) {
      // The run has the answer all the same: it is not lost for want of a second copy.
      if (error instanceof Problem) return error.message.replace(/\.$/, '');
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
