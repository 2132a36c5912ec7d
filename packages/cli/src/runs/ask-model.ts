import { join } from 'node:path';
import {
  type AiCall,
  type AiOutcome,
  type AnswerVerdict,
  answerFile,
  answerList,
  type Backend,
  checkAnswer,
  describeAi,
  endAi,
  type KeptAnswer,
  type Manifest,
  outputLine,
  Problem,
  type RunHooks,
  requestsOf,
  type SchemaCheck,
} from '@timelab/core';
import type { RunFolder } from '@timelab/store';
import type { Context, Outcome } from '../command.ts';
import { type Log, openLog } from '../effects/log.ts';
import { earned } from '../effects/probing/probe-shelf.ts';
import { endRun, failureOf, type Judge } from './end-run.ts';
import { answering, type OpenBackend } from './open-backend.ts';

/** What is known of a run while it goes on; whatever ends it, this is what its record is made from. */
interface Progress {
  manifest: Manifest;
  readonly answers: KeptAnswer[];
  readonly verdicts: AnswerVerdict[];
  readonly notes: Set<string>;
}

/** Asks the model what a claimed run is for, keeps the answers, and ends the run, well or not. */
export async function answerCall(
  context: Context,
  call: AiCall,
  run: RunFolder,
  open: OpenBackend,
  show: boolean,
  judge?: Judge,
): Promise<Outcome> {
  const { world } = context;
  const began = world.elapsed();
  const log = openLog(world);
  const progress: Progress = { manifest: run.manifest, answers: [], verdicts: [], notes: new Set() };
  const backend = answering(context, run, open, progress.notes);
  const problem = await attempt(context, call, run, progress, { backend, log, show, cold: open.cold });
  log.add(problem === undefined ? 'ended' : 'failed', problem === undefined ? {} : { kind: problem.kind });
  const outcome: AiOutcome = {
    end: world.now(),
    durationSeconds: (world.elapsed() - began) / 1000,
    hosts: [...open.hosts],
    cancelled: problem?.kind === 'interrupted',
    answers: progress.answers,
    verdicts: progress.verdicts,
  };
  const asked = withNotes(progress);
  const record = (failure = problem) =>
    endAi(asked, failure === undefined ? outcome : { ...outcome, problem: failure });
  const final = await endRun(run, log, record, judge);
  const artifacts = ['run.json', ...final.artifacts].map((path) => join(run.path, path));
  return { artifacts, run: final, ...(problem === undefined ? {} : { problem }) };
}

function withNotes({ manifest, notes }: Progress): Manifest {
  const all = [...(manifest.notes ?? []), ...notes];
  return all.length === 0 ? manifest : { ...manifest, notes: all };
}

interface Means {
  readonly backend: Backend;
  readonly log: Log;
  readonly show: boolean;
  readonly cold: boolean | undefined;
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
    const failed = await failureOf(context.world, ask(context, call, progress, means), whatNext);
    // What was answered before something failed is no less of an answer.
    const lost = await failureOf(context.world, keep(call, run, progress), whatNext);
    return failed ?? lost ?? failedChecks(progress);
  } finally {
    await means.backend.close();
  }
}

async function ask(context: Context, call: AiCall, progress: Progress, means: Means): Promise<void> {
  const { backend, log } = means;
  const { signal } = context.world;
  const described = await backend.describe(signal);
  const determinism = await earned(context.world, described, backend.determinism, {
    cold: means.cold,
    threads: call.request.params.threads,
  });
  progress.manifest = describeAi(call, progress.manifest, described, determinism);
  log.add('described', {
    model: described.name,
    ...(described.hash === undefined ? {} : { hash: described.hash }),
  });
  const requests = requestsOf(call);
  for (const [index, request] of requests.entries()) {
    const which = requests.length === 1 ? '' : ` ${index + 1} of ${requests.length}`;
    // Of a thousand answers, the bytes that they came in would fill the memory.
    const { reply: _, ...answer } = await backend.run(
      request,
      signal,
      hooksOf(context, means, `${described.name}${which}`),
    );
    if (means.show) context.report.answer('\n');
    log.add(answer.recordedIn === undefined ? 'answered' : 'replayed', {
      ...(requests.length === 1 ? {} : { index }),
      finish_reason: answer.finishReason,
    });
    progress.answers.push(answer);
  }
  await backend.confirm(described, signal);
}

function hooksOf({ report }: Context, { show }: Means, who: string): RunHooks {
  let pieces = 0;
  return {
    onText: (piece) => {
      pieces += 1;
      if (show) report.answer(piece);
      else report.progress(`${who}: ${pieces} pieces of an answer`);
    },
    onProgress: (step, fraction) => {
      const share = fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`;
      if (!show) report.progress(`${who}: ${step}${share}`);
    },
  };
}

async function keep(call: AiCall, run: RunFolder, { answers, verdicts }: Progress): Promise<void> {
  const [only] = answers;
  if (only === undefined) return;
  const single = call.spec.config.repeat === 1;
  if (single) await run.add(answerFile(call.request.format), only.text);
  const requests = requestsOf(call);
  const lines = answers.map((answer, index) => outputLine(index, requests[index] ?? call.request, answer));
  await run.add(answerList, lines.join(''));
  const check = await schemaCheck(call);
  for (const [index, answer] of answers.entries())
    for (const verdict of checkAnswer(call.spec, answer.text, check))
      verdicts.push(single ? verdict : { index, ...verdict });
}

async function schemaCheck({ spec }: AiCall): Promise<SchemaCheck> {
  if (spec.validation.json_schema === undefined) return () => [];
  return (await import('../effects/schema-check.ts')).checkBySchema;
}

/** How many failed checks a message tells; the record has them all. */
const MOST_TOLD = 20;

function failedChecks({ verdicts, answers }: Progress): Problem | undefined {
  const failed = verdicts.filter((verdict) => !verdict.ok);
  if (failed.length === 0) return undefined;
  const said = failed.slice(0, MOST_TOLD).map(({ index, check, detail }) => {
    const which = index === undefined ? '' : `answer ${index}: `;
    return `${which}${check}${detail === undefined ? '' : ` (${detail})`}`;
  });
  const others = failed.length - said.length;
  const who = answers.length === 1 ? 'The answer fails' : `${answers.length} answers fail`;
  return new Problem(
    'validation_failed',
    `${who} ${failed.length} of ${verdicts.length} checks: ${[...said, ...(others === 0 ? [] : [`and ${others} more`])].join('; ')}.`,
  );
}

const whatNext = 'Run the spec again; what was asked is kept.';
