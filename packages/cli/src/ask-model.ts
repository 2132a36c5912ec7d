import { join } from 'node:path';
import {
  type AiCall,
  type AiOutcome,
  answerFile,
  type Backend,
  checkAnswer,
  describeAi,
  endAi,
  type Manifest,
  type ModelAnswer,
  type ModelName,
  outputLine,
  Problem,
  type SchemaCheck,
  type Verdict,
} from '@timelab/core';
import { createBackend } from '@timelab/models';
import type { RunFolder } from '@timelab/store';
import type { Context, Outcome } from './command.ts';
import { backendOptions } from './effects/backend-options.ts';
import { type Log, openLog } from './effects/log.ts';

/** What is known of a run while it goes on; whatever ends it, this is what its record is made from. */
interface Progress {
  manifest: Manifest;
  answer?: ModelAnswer;
  verdicts?: Verdict[];
}

/** The backend of a call, and every host that it will have reached. */
export interface OpenBackend {
  readonly backend: Backend;
  readonly hosts: ReadonlySet<string>;
}

/** Opens the backend of a model; nothing is reached yet, but settings that make no sense are found. */
export async function openBackend(
  { world }: Context,
  model: ModelName,
  allowNet: boolean,
): Promise<OpenBackend> {
  const hosts = new Set<string>();
  return { backend: await createBackend(model, backendOptions(world, allowNet, hosts)), hosts };
}

/** Looks at a run that has ended, in its folder, before its last record is written; gives that record. */
export type Judge = (ended: Manifest, folder: string) => Promise<Manifest>;

const asItEnded: Judge = async (ended) => ended;

/** Asks the model what a claimed run is for, keeps the answer, and ends the run, well or not. */
export async function answerCall(
  context: Context,
  call: AiCall,
  run: RunFolder,
  { backend, hosts }: OpenBackend,
  show: boolean,
  judge: Judge = asItEnded,
): Promise<Outcome> {
  const { world } = context;
  const began = world.elapsed();
  const log = openLog(world);
  const progress: Progress = { manifest: run.manifest };
  const problem = await attempt(context, call, run, progress, { backend, log, show });
  log.add(problem === undefined ? 'ended' : 'failed', problem === undefined ? {} : { kind: problem.kind });
  const outcome: AiOutcome = {
    end: world.now(),
    durationSeconds: (world.elapsed() - began) / 1000,
    hosts: [...hosts],
    cancelled: problem?.kind === 'interrupted',
    ...(progress.answer === undefined ? {} : { answer: progress.answer }),
    ...(progress.verdicts === undefined ? {} : { verdicts: progress.verdicts }),
    ...(problem === undefined ? {} : { problem }),
  };
  const final = await finish(run, progress.manifest, outcome, log, judge);
  const artifacts = ['run.json', ...final.artifacts].map((path) => join(run.path, path));
  return { artifacts, run: final, ...(problem === undefined ? {} : { problem }) };
}

/** Ends the run; if its last files cannot be written, once more as a failure, so that it is not left `running`. */
async function finish(
  run: RunFolder,
  manifest: Manifest,
  outcome: AiOutcome,
  log: Log,
  judge: Judge,
): Promise<Manifest> {
  try {
    await run.add('logs/log.jsonl', log.text());
    return await run.finish(await judge(endAi(manifest, outcome), run.path));
  } catch (error) {
    if (error instanceof Problem) {
      // What failed first is what is told; if this fails too, the next command settles the run.
      await run.finish(endAi(manifest, { ...outcome, problem: error })).catch(() => undefined);
    }
    throw error;
  }
}

interface Means {
  readonly backend: Backend;
  readonly log: Log;
  readonly show: boolean;
}

/** Everything between the claim and the end of a run; what goes wrong comes back as a value, for the record. */
async function attempt(
  context: Context,
  call: AiCall,
  run: RunFolder,
  progress: Progress,
  means: Means,
): Promise<Problem | undefined> {
  try {
    await ask(context, call, progress, means);
    await keep(call, run, progress);
    return failedChecks(progress.verdicts ?? []);
  } catch (error) {
    if (context.world.signal.aborted) return interrupted(String(context.world.signal.reason));
    if (error instanceof Problem) return error;
    throw error;
  } finally {
    await means.backend.close();
  }
}

async function ask(
  { world, report }: Context,
  call: AiCall,
  progress: Progress,
  means: Means,
): Promise<void> {
  const { backend, log } = means;
  const { signal } = world;
  const described = await backend.describe(signal);
  progress.manifest = describeAi(call, progress.manifest, described, backend.determinism);
  log.add('described', {
    model: described.name,
    ...(described.hash === undefined ? {} : { hash: described.hash }),
  });
  let pieces = 0;
  const answer = await backend.run(call.request, signal, {
    onText: (piece) => {
      pieces += 1;
      if (means.show) report.answer(piece);
      else report.progress(`${described.name}: ${pieces} pieces of an answer`);
    },
    onProgress: (step, fraction) => {
      const share = fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`;
      if (!means.show) report.progress(`${described.name}: ${step}${share}`);
    },
  });
  if (means.show) report.answer('\n');
  await backend.confirm(described, signal);
  log.add('answered', { finish_reason: answer.finishReason });
  progress.answer = answer;
}

async function keep(call: AiCall, run: RunFolder, progress: Progress): Promise<void> {
  const { answer } = progress;
  if (answer === undefined) return;
  await run.add(answerFile(call.request.format), answer.text);
  await run.add('output/output.jsonl', outputLine(0, call.request, answer));
  progress.verdicts = checkAnswer(call.spec, answer.text, await schemaCheck(call));
}

async function schemaCheck({ spec }: AiCall): Promise<SchemaCheck> {
  if (spec.validation.json_schema === undefined) return () => [];
  return (await import('./effects/schema-check.ts')).checkBySchema;
}

function failedChecks(verdicts: readonly Verdict[]): Problem | undefined {
  const failed = verdicts.filter((verdict) => !verdict.ok);
  if (failed.length === 0) return undefined;
  const said = failed.map(({ check, detail }) => (detail === undefined ? check : `${check} (${detail})`));
  return new Problem(
    'validation_failed',
    `The answer fails ${failed.length} of ${verdicts.length} checks: ${said.join('; ')}.`,
  );
}

function interrupted(signal: string): Problem {
  return new Problem('interrupted', `${signal} ended the run.`, {
    hint: 'Run the spec again; what was asked is kept.',
  });
}
