import { join } from 'node:path';
import { dayOf, Problem, parseDay, planDay } from '@timelab/core';
import { makeDay } from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { openForWriting } from '../effects/lab.ts';

interface DayOptions {
  readonly date?: string;
  readonly tz?: string;
}

export const configure: Configure = (command, act) => {
  command
    .description("Make a day's tree, today's unless told otherwise; what is there already stays as it is.")
    .option('--date <date>', 'this day, as YYYY-MM-DD')
    .option('--tz <zone>', 'the day it is now in this time zone, such as Europe/Berlin (default: UTC)')
    .addHelpText('after', '\nExample:\n  $ timelab day --date 2025-10-15')
    .action(act(async (context, options: DayOptions) => await day(context, options)));
};

async function day(context: Context, options: DayOptions): Promise<Outcome> {
  const path = chooseDay(context, options);
  const lab = await openForWriting(context);
  await makeDay(lab, planDay(path));
  return { artifacts: [join(lab.root, path)], data: { day: path } };
}

function chooseDay({ world }: Context, { date, tz }: DayOptions): string {
  if (date !== undefined && tz !== undefined) {
    throw new Problem('usage', 'A date is the same in every zone: give --date or --tz, not both.');
  }
  return date === undefined ? dayOf(world.now(), tz) : parseDay(date);
}
