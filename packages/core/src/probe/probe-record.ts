import * as z from 'zod';
import { once } from '../once.ts';
import { sha256, timestamp } from '../record/manifest-fields.ts';

/** How much of what was compared is equal: every bit of text and probabilities, the text, or not even that. */
const agreement = once(() => z.enum(['bits', 'text', 'none']));
export type Agreement = z.output<ReturnType<typeof agreement>>;

const found = once(() =>
  z.strictObject({
    cold: agreement().describe('The runs that began with a freshly loaded model, with each other.'),
    warm: agreement().describe('Those of a model that had answered before, with the cold ones.'),
    threads: agreement().describe('Those with other numbers of threads, with the cold ones.'),
    elsewhere: agreement()
      .exactOptional()
      .describe('The cold ones, with what these weights are known to answer on other machines.'),
  }),
);

/** What a probe found, as far as a manifest tells it. */
export const probeFindings = once(() =>
  z.strictObject({
    made: timestamp,
    runs: z.int().min(2).describe('How many cold runs were compared.'),
    probabilities: z.boolean().describe('Whether the probabilities of tokens were to be had, too.'),
    ...found().shape,
    record_sha256: sha256.describe("Of the probe's own record, which stays on the machine."),
  }),
);
export type ProbeFindings = z.output<ReturnType<typeof probeFindings>>;

const engine = once(() =>
  z.strictObject({
    name: z.string(),
    release: z.string().exactOptional(),
    cpu: z.string().exactOptional(),
  }),
);

/** Whom a probe is about: other weights, another release or another CPU variant may behave in another way. */
export const modelOfProbe = once(() => z.strictObject({ hash: sha256, engine: engine() }));
export type ProbedModel = z.output<ReturnType<typeof modelOfProbe>>;

const probeAnswer = once(() =>
  z.strictObject({
    prompt: z.string().describe('The name of the prompt.'),
    start: z.enum(['cold', 'warm']),
    text: z.string(),
    text_sha256: sha256,
    tokens: z
      .array(z.string())
      .exactOptional()
      .describe('Of each token and the probabilities that it was drawn from, 16 digits of a sha256.'),
  }),
);
export type ProbeAnswer = z.output<ReturnType<typeof probeAnswer>>;

/** What one process of a probe answered: each prompt once after loading the model, and once more. */
export const probeRun = once(() =>
  z.strictObject({
    threads: z.int().min(1).exactOptional().describe('Left out: as many as a run of `ai` has.'),
    answers: z.array(probeAnswer()),
  }),
);
export type ProbeRun = z.output<ReturnType<typeof probeRun>>;

const difference = once(() =>
  z.strictObject({
    compared: z.enum(['cold', 'warm', 'threads', 'elsewhere']),
    run: z.int().min(0).describe('Which of the runs, from 0; the first is what all are compared with.'),
    prompt: z.string(),
    token: z.int().min(0).exactOptional().describe('The first whose probabilities differ, from 0.'),
    byte: z.int().min(0).exactOptional().describe('Where the texts part, in UTF-8, from 0.'),
  }),
);
export type ProbeDifference = z.output<ReturnType<typeof difference>>;

/** The record that a probe leaves on the machine it was made on. */
export const probeRecord = once(() =>
  z.strictObject({
    schema_version: z.literal('1.0'),
    prompts_sha256: sha256.describe('Of what was asked: other prompts are another probe.'),
    made: timestamp,
    name: z.string().describe('What the model was called.'),
    model: modelOfProbe(),
    found: found(),
    probabilities: z.boolean(),
    first_difference: difference().exactOptional(),
    runs: z.array(probeRun()).min(2),
  }),
);
export type ProbeRecord = z.output<ReturnType<typeof probeRecord>>;
