import { join } from 'node:path';
import {
  beginMine,
  commitList,
  DEFAULT_MODEL,
  localTime,
  type MineCall,
  type MiningWants,
  minePlace,
  miningFlags,
  miningKey,
  Problem,
  parseModelName,
  sha256,
  specCopy,
  wantsOf,
} from '@timelab/core';
import { findEqualRun, type Lab } from '@timelab/store';
import type { Context, Outcome } from '../command.ts';
import { breath } from '../effects/breath.ts';
import { readCode } from '../effects/code/git.ts';
import { readEnvironment } from '../effects/environment.ts';
import { type Fence, openFence } from '../effects/fence/fence.ts';
import { readFlake } from '../effects/flake.ts';
import { runHoldsSecret } from '../effects/masking/held-files.ts';
import { takeSecrets } from '../effects/masking/named-secrets.ts';
import { secretKeeper } from '../effects/masking/secret-keeper.ts';
import { openSource, type Source } from '../effects/mining/open-source.ts';
import { type Selection, selectCommits } from '../effects/mining/select-commits.ts';
import type { AskedHistory } from '../effects/mining/shown-commits.ts';
import { needsPost } from '../effects/mining/start-post.ts';
import { extractorVersion, postVersions } from '../effects/mining/tools.ts';
import { isWhole } from '../effects/mining/whole-run.ts';
import { wrongFlags } from '../flagged-spec.ts';
import { recordedWords } from '../recorded-choices.ts';
import type { World } from '../world.ts';
import { type AskedMining, isNetAllowed } from './asked-mining.ts';
import { beginRun, type KeptFile } from './begin-run.ts';
import type * as comments from './comment-commits.ts';
import { fillRun, outcomeOf } from './fill-run.ts';

/** Mines what is asked, or says which run has it already: the half that `mine` and `summ` share. */
export async function mineHistory(context: Context, lab: Lab, asked: AskedMining): Promise<Outcome> {
  takeSecretsOf(context, lab, asked);
  const wants = wantsOf(asked.spec, DEFAULT_MODEL);
  refuseWordless(asked.choices, wants);
  const found = await look(context, lab, asked, wants);
  try {
    const call = planCall(context, asked, wants, found);
    return (
      (await earlier(context, lab, asked, call, found.selection)) ??
      (await run(context, lab, asked, call, found))
    );
  } finally {
    await found.commenting?.close();
  }
}

/** Everything that a run is made from, and nothing written but to the cache of clones. */
export interface Found {
  readonly source: Source;
  readonly selection: Selection;
  readonly fetches: number;
  readonly fence: Fence;
  readonly code: Awaited<ReturnType<typeof readCode>>;
  readonly environment: MineCall['environment'];
  readonly flake?: NonNullable<MineCall['flake']>;
  readonly commenting?: comments.Commenting;
}

async function look(context: Context, lab: Lab, asked: AskedMining, wants: MiningWants): Promise<Found> {
  const { world } = context;
  const [{ source, selection, fetches }, fence, code, environment, flake, tools] = await Promise.all([
    lookAtHistory(context, lab, asked, wants),
    openFence(world),
    readCode(world, lab.root),
    readEnvironment(world, lab.root),
    readFlake(world),
    toolVersions(world, wants),
  ]);
  const commenting = await openCommenting(context, lab, asked, wants, {
    fence,
    repository: source.repository,
    ids: selection.ids,
  });
  return {
    source,
    selection,
    fetches,
    fence,
    code,
    environment: { ...environment, tools: { ...environment.tools, ...tools } },
    ...(flake === undefined ? {} : { flake }),
    ...(commenting === undefined ? {} : { commenting }),
  };
}

/** The versions of the helper programs at work, all of which an equal run has to have had. */
async function toolVersions(world: World, { work }: MiningWants): Promise<Record<string, string>> {
  const [rust_extractor, post] = await Promise.all([
    extractorVersion(world),
    needsPost(work) ? postVersions(world) : {},
  ]);
  return { rust_extractor, ...post };
}

async function lookAtHistory(
  context: Context,
  lab: Lab,
  asked: AskedMining,
  wants: MiningWants,
): Promise<Pick<Found, 'source' | 'selection' | 'fetches'>> {
  const source = await openSource(context, lab.root, wants, isNetAllowed(asked)).catch((error) => {
    throw asked.bySpec ? asBadSpec(error, asked.specPath) : error;
  });
  const selection = await selectCommits(context.world, source, wants, asked.repeats?.ids).catch((error) => {
    throw asked.bySpec ? error : asWrongCall(error);
  });
  // The id of a commit is in all that is made of it, and is no secret, whoever put it into a variable.
  secretKeeper(context.world).publish(selection.ids);
  return { source, selection, fetches: await source.fetchChanges(selection.ids) };
}

async function openCommenting(
  context: Context,
  lab: Lab,
  asked: AskedMining,
  { words }: MiningWants,
  history: AskedHistory,
): Promise<comments.Commenting | undefined> {
  if (words === undefined) return undefined;
  const model = asked.repeats?.model ?? parseModelName(words.model);
  const asking = { ...asked.choices, allowNet: isNetAllowed(asked) };
  // Backends take a while to load, and most histories are mined without words of a model.
  const { openCommenting: open } = await import('./comment-commits.ts');
  return await open(context, lab, { model, template: words.template }, asking, history);
}

/** Flags about answers that nobody is to give are a slip. */
function refuseWordless(choices: AskedMining['choices'], { words }: MiningWants): void {
  const [flag] = recordedWords(choices);
  if (words === undefined && flag !== undefined)
    throw new Problem('usage', `${flag} is about the answers of a model, and none is to be asked.`, {
      hint: 'Name one with --model, or in the spec.',
    });
}

/** An address that makes no sense, as what is wrong with a spec. */
function asBadSpec(error: unknown, file: string): unknown {
  if (!(error instanceof Problem) || error.kind !== 'usage') return error;
  const faults = [{ pointer: '/inputs/repository', reason: error.message }];
  return new Problem('spec_invalid', `${file} names no repository that can be mined.`, {
    hint: error.hint,
    faults,
  });
}

function takeSecretsOf(context: Context, lab: Lab, { spec, bytes, specPath, bySpec }: AskedMining): void {
  try {
    takeSecrets(context, lab, { spec, bytes, shown: bySpec ? specPath : 'The call' });
  } catch (error) {
    throw bySpec ? error : asWrongCall(error);
  }
}

/** What git does not take of a flag, or must not be kept, as a wrong call. */
function asWrongCall(error: unknown): unknown {
  const isOfFlags = error instanceof Problem && ['spec_invalid', 'secret_held'].includes(error.kind);
  return isOfFlags ? wrongFlags(error.faults) : error;
}

function planCall(
  { world }: Context,
  asked: AskedMining,
  { work }: MiningWants,
  { source, selection, fence, code, environment, flake, commenting }: Found,
): MineCall {
  const { spec, bytes, specPath, name, cmd, choices, repeats } = asked;
  const { ids, head } = selection;
  const list = listOf(ids);
  const { objectFormat, shallow } = source.repository;
  const ends = endsOf(ids, shallow);
  const { tz } = choices;
  return {
    spec,
    name: name ?? `summ-${ids[0]?.slice(0, 12)}`,
    specPath,
    specHash: sha256(bytes),
    cmd,
    ...(repeats === undefined ? {} : { parentRunId: repeats.runId }),
    inputs: [
      { path: specCopy, source: specPath, bytes: bytes.length, sha256: sha256(bytes) },
      { path: commitList, source: 'git rev-list', bytes: list.length, sha256: sha256(list) },
    ],
    code: code.state,
    environment,
    ...(flake === undefined ? {} : { flake }),
    allowNet: isNetAllowed(asked),
    isolation: fence.kind,
    clockSet: world.clockSet,
    ...(tz === undefined ? {} : { localTime: (start: Date) => localTime(start, tz) }),
    work,
    history: {
      repository: { ...source.shown },
      ...(head === undefined ? {} : { head }),
      object_format: objectFormat,
      shallow: shallow.length > 0,
      ...(ends.length === 0 ? {} : { ends_sha256: sha256(listOf(ends)) }),
      commits: ids.length,
      ids_sha256: sha256(list),
      flags: miningFlags(work),
    },
    ...(commenting === undefined ? {} : { commentator: commenting.commentator }),
  };
}

/** The commits whose parents are not at hand, so that their records say less; another clone may have them. */
function endsOf(ids: readonly string[], shallow: readonly string[]): string[] {
  const ends = new Set(shallow);
  return ids.filter((id) => ends.has(id));
}

const listOf = (ids: readonly string[]) => ids.map((id) => `${id}\n`).join('');

/** The outcome of a run that did the same work before, if there is one and its files are all there. */
async function earlier(
  { report, world }: Context,
  lab: Lab,
  { spec, choices, repeats }: AskedMining,
  call: MineCall,
  { ids }: Selection,
): Promise<Outcome | undefined> {
  // A summary is quick to make, and asked for to be made.
  if (spec.kind === 'analysis' || choices.again === true || repeats !== undefined) return undefined;
  const found = await findEqualRun(lab, miningKey(call));
  if (found === undefined) return undefined;
  const folder = join(lab.root, found.path);
  if (!(await isWhole(folder, found.manifest))) {
    report.say(`${found.path} has mined the same, but is not whole any more.`);
    return undefined;
  }
  if (await runHoldsSecret(folder, secretKeeper(world).mask, breath(world))) {
    report.say(
      `${found.path} has mined the same, but holds what is known as a secret now; it stays as it is.`,
    );
    return undefined;
  }
  report.say(`Nothing is new since ${found.path}, which has it all (--again mines it again).`);
  return outcomeOf(folder, found.manifest, ids, { reused: true });
}

async function run(
  context: Context,
  lab: Lab,
  asked: AskedMining,
  call: MineCall,
  found: Found,
): Promise<Outcome> {
  const claimed = await beginRun(context.world, lab, minePlace, (start) => beginMine(call, start));
  const inputs: readonly KeptFile[] = [
    [specCopy, asked.bytes],
    [commitList, listOf(found.selection.ids)],
  ];
  return await fillRun(context, lab, claimed, call, found, inputs, asked.repeats?.judge);
}
