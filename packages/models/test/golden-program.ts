import { parseModelName, probePrompts } from '@timelab/core';
import { createBackend } from '../src/index.ts';
import { goldenPrompts } from './golden-prompts.ts';
import { ask, never, offline } from './sample-request.ts';

/**
 * A program of its own around the embedded engine, since a process runs one variant of it. With the word `briefly` it draws two
 * tokens, which is all that an emulated processor has time for; else it answers every golden prompt, and with `probed` those of a probe.
 */
const [cpu, how] = process.argv.slice(2);
const backend = await createBackend(parseModelName('llamacpp:smollm2'), offline({ cpu }));
const { engine } = await backend.describe(never);

async function heard(request: Parameters<typeof backend.run>[0]) {
  const tokens: string[] = [];
  const { text } = await backend.run(request, never, { onToken: (digest) => tokens.push(digest) });
  return { text, tokens };
}

// Nothing but a system message is the least that the template makes of a conversation: it would put one of its own in the place
// of none, and an emulated processor works seconds on each token.
const messages = [{ role: 'system', content: 'Hi' }] as const;
const brief = await heard(ask('', { max_tokens: 2 }, { messages }));
const answers: Record<string, string> = {};
const probe: Record<string, object> = {};
if (how !== 'briefly')
  for (const prompt of goldenPrompts)
    answers[prompt] = (await backend.run(ask(prompt, { max_tokens: 64 }), never)).text;
if (how === 'probed') for (const { name, request } of probePrompts) probe[name] = await heard(request);
await backend.close();
process.stdout.write(JSON.stringify({ engine, brief, answers, probe }));
