import type { TestContext } from 'vitest';
import { repository, timelab } from './rig.ts';

/** Skips a test where the weights of the embedded model are not here, and says how to get them. */
export async function needWeights(context: TestContext): Promise<void> {
  const { stdout } = await timelab(['model', 'list', '--json'], { cwd: repository });
  const { models } = JSON.parse(stdout).data;
  const ready = models.some(
    ({ name, state }: { name: string; state: string }) => name === 'llamacpp:smollm2' && state === 'ready',
  );
  if (!ready) context.skip('no weights: `timelab model pull smollm2` fetches them, 93 MB, by pip');
}
