import { Problem } from '@timelab/core';
import { quoted } from './server-words.ts';

/** What a run throws when its signal fires: nothing went wrong, it was called off. */
export function abortError(): DOMException {
  return new DOMException('The run was called off.', 'AbortError');
}

/** Says that an address off this machine was refused before a connection was made. */
export function networkDenied(host: string, address: string): Problem {
  const shown = host === address ? host : `${host} (${address})`;
  return new Problem('network_denied', `${shown} is not this machine, and network access was not allowed.`);
}

/** Says that a server sent nothing for too long. */
export function silentTooLong(origin: string, idleTimeoutMs: number): Problem {
  return new Problem('backend_timeout', `${origin} sent nothing for ${idleTimeoutMs / 1000} seconds.`);
}

/** Says that a server sent more than any answer needs. */
export function answerTooLarge(origin: string, maxBytes: number): Problem {
  return new Problem(
    'backend_protocol',
    `${origin} sent more than ${maxBytes} bytes, which no answer needs; the rest was not read.`,
    { hint: 'Ask for fewer tokens (config.max_tokens), or check what listens at that address.' },
  );
}

/** Says that a server closed the line in the middle of its answer. */
export function answerCut(origin: string, cause: unknown): Problem {
  return new Problem('backend_protocol', `${origin} closed the connection before the answer was whole.`, {
    hint: 'The server may have crashed or run out of memory: its own log says more.',
    cause,
  });
}

/** Explains why no connection, or no first byte, could be had. */
export function connectionFault(origin: string, cause: NodeJS.ErrnoException): Problem {
  if (cause instanceof Problem) return cause;
  if (cause.code === 'ECONNRESET' || cause.code === 'EPIPE' || cause.code?.startsWith('HPE_')) {
    return answerCut(origin, cause);
  }
  return new Problem(
    'backend_unavailable',
    `Nothing answers at ${origin} (${cause.code ?? cause.message}).`,
    {
      cause,
    },
  );
}

/** Says that a server pointed elsewhere, which is never followed. */
export function redirected(origin: string, target: URL | undefined, denied: boolean): Problem {
  const where = target === undefined ? 'another address' : quoted(target.origin);
  const message = `${origin} points to ${where}; timelab asks only the address it was given.`;
  return denied
    ? new Problem('network_denied', message)
    : new Problem('backend_error', message, {
        hint: 'Give that address itself (OLLAMA_HOST, OPENAI_BASE_URL).',
      });
}
