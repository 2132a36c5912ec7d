import { abortError } from '../network/network-faults.ts';

/**
 * Waits for work until the signal fires; then throws an `AbortError` at once and leaves the work to end by itself, because
 * the engine looks up only between batches. Work under way is kept in `busy`, so that it can be waited for before its memory is freed.
 */
export async function abandonWhenCalledOff<T>(
  work: Promise<T>,
  signal: AbortSignal,
  busy: Set<Promise<unknown>>,
): Promise<T> {
  busy.add(work);
  const forget = () => busy.delete(work);
  work.then(forget, forget);
  let callOff = () => {};
  const calledOff = new Promise<never>((_resolve, reject) => {
    callOff = () => reject(abortError());
    if (signal.aborted) callOff();
    signal.addEventListener('abort', callOff);
  });
  try {
    return await Promise.race([work, calledOff]);
  } finally {
    signal.removeEventListener('abort', callOff);
  }
}
