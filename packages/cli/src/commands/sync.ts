import { join } from 'node:path';
import { clearOldWork, identifySelf, sync } from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { findLab } from '../effects/lab.ts';

export const configure: Configure = (command, act) => {
  command
    .description(
      'Rebuild runs.csv, latest and the links from the manifests, and settle runs that were interrupted.',
    )
    .addHelpText('after', '\nExample:\n  $ timelab sync --json')
    .action(act(async (context) => await syncLab(context)));
};

async function syncLab(context: Context): Promise<Outcome> {
  const { report } = context;
  const lab = findLab(context);
  const done = await sync(lab, identifySelf());
  const removed = [...done.removed, ...(await clearOldWork(lab, context.world.now()))];
  for (const { path } of done.settled) report.say(`${path} was interrupted; it is cancelled now.`);
  for (const { path, faults } of done.damaged) {
    report.say(
      `${path} is not listed: ${faults.map(({ pointer, reason }) => `${pointer} ${reason}`.trim()).join('; ')}`,
    );
  }
  report.say(`Listed: ${counted(done.runs, 'run')} in ${counted(done.days, 'day')}.`);
  const { days, runs, running, rewritten } = done;
  const data = { days, runs, running: [...running], rewritten: [...rewritten], removed };
  const settled = done.settled.map(({ runId, path }) => ({ run_id: runId, path }));
  const damaged = done.damaged.map(({ path, faults }) => ({
    path,
    faults: faults.map((fault) => ({ ...fault })),
  }));
  return { artifacts: [join(lab.root, 'runs.csv')], data: { ...data, settled, damaged } };
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
