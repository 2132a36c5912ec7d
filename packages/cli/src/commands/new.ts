import { join } from 'node:path';
import { dayOf, namePattern, Problem, planDay, planNewSpec, type SpecKind, specKinds } from '@timelab/core';
import { createFileDurable, explained, makeDay } from '@timelab/store';
import { Option } from 'commander';
import type { Configure, Context, Outcome } from '../command.ts';
import { openForWriting } from '../effects/lab.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';

export const configure: Configure = (command, act) => {
  command
    .description("Write a spec to start from into today's specs; it can be run as it is.")
    .argument('<name>', 'what the spec and its runs are called')
    .addOption(new Option('--kind <kind>', 'what it asks for').choices(specKinds).default('llm'))
    .addHelpText('after', '\nExample:\n  $ timelab new first-question')
    .action(
      act(
        async (context, name: string, options: { kind: SpecKind }) =>
          await create(context, name, options.kind),
      ),
    );
};

async function create(context: Context, name: string, kind: SpecKind): Promise<Outcome> {
  if (!namePattern.test(name)) {
    throw new Problem('usage', `${JSON.stringify(name)} cannot be the name of a spec.`, {
      hint: 'Use letters, digits, ".", "_" and "-", at most 64, beginning with a letter or digit.',
    });
  }
  const lab = await openForWriting(context);
  const held = secretKeeper(context.world).mask.find(name);
  if (held !== undefined) throw new Problem('secret_held', `The name is the value of ${held.name}.`);
  const day = dayOf(context.world.now());
  const plan = planNewSpec(day, name, kind);
  await makeDay(lab, planDay(day));
  const path = join(lab.root, plan.path);
  if (!(await explained(lab, () => createFileDurable(path, plan.text))))
    throw new Problem('file_exists', `${plan.path} is there already.`);
  return { artifacts: [path], data: { kind, name } };
}
