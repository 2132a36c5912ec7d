import * as z from 'zod';
import { once } from '../once.ts';
import { runPath, sha256 } from './manifest-fields.ts';

/** The parts of a record in which a run and its repetition can differ. */
export const runFactors = ['spec', 'inputs', 'model', 'engine', 'settings', 'code', 'environment'] as const;
export type RunFactor = (typeof runFactors)[number];

/** What can stand in the way of a verdict, besides a factor. */
const hindrances = ['parent', 'artifacts', 'backend', 'network', 'tools', 'disk', 'interrupted'] as const;

/** Every word that `repro` may give for a cause. */
const reproCauses = [...runFactors, 'nondeterminism', ...hindrances] as const;
export type ReproCause = (typeof reproCauses)[number];

const comparedFile = once(() => z.strictObject({ bytes: z.int().min(0), sha256 }));

/** What came of repeating a run: recorded by the run that repeats it. */
export const repro = once(() =>
  z.strictObject({
    verdict: z.enum(['same', 'different', 'cannot_tell']),
    changed: z.array(z.enum(runFactors)).describe('Each factor that is not as it was.'),
    causes: z
      .array(z.enum(reproCauses))
      .describe('None for `same`; what can explain `different`; what stands in the way for `cannot_tell`.'),
    first_difference: z
      .strictObject({
        file: runPath,
        line: z.int().min(1).describe('Counted from 1.'),
        byte: z.int().min(0).describe('From the beginning of the file, counted from 0.'),
        parent: comparedFile(),
        run: comparedFile(),
      })
      .exactOptional()
      .describe('Where the two answers part; of a shorter one, its end.'),
  }),
);

export type Repro = z.output<ReturnType<typeof repro>>;
