import type { Mask } from '@timelab/core';
import { closeWork, type Lab, openWork, type WorkFolder } from '@timelab/store';
import { fileHoldsSecret } from '../masking/held-files.ts';
import { workPlaces } from './resume-point.ts';

/**
 * Opens the work folder of a run as `openWork` does, but goes on with no records in which stands what has become known as a
 * secret since they were written: all that is made of them would hold it, too.
 */
export async function openCleanWork(lab: Lab, runId: string, key: string, mask: Mask): Promise<WorkFolder> {
  for (;;) {
    const work = await openWork(lab, runId, key);
    if (!work.continued || !(await fileHoldsSecret(workPlaces(work.path).stream, mask))) return work;
    await closeWork(lab, runId);
  }
}
