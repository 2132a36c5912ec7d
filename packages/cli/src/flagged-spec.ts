import { resolve } from 'node:path';
import {
  type AnalysisSpec,
  canonicalJson,
  type Json,
  type MiningSpec,
  Problem,
  readSpecValue,
  SPEC_VERSION,
} from '@timelab/core';
import { namedBy } from './effects/mining/address.ts';
import { shownPath, shownRepository } from './effects/mining/shown-place.ts';
import type { World } from './world.ts';

/** A spec that a command's flags stand for, and its canonical bytes, which the run keeps. */
export interface FlaggedSpec<S> {
  readonly spec: S;
  readonly bytes: Buffer;
}

/** The flags of `mine` that say what is to be mined, as commander gives them. */
export interface MineFlags {
  readonly repo?: string;
  readonly name?: string;
  readonly limit?: string;
  readonly since?: string;
  readonly until?: string;
  readonly author?: string;
  readonly branch?: string;
  readonly path?: string;
  readonly grep?: string;
  readonly format?: string;
  readonly fetchMode?: string;
  readonly model?: string;
  readonly allowNet?: boolean;
}

/** The mining spec that flags stand for; throws `usage` where they make none. */
export function miningSpecOf(world: World, labRoot: string, flags: MineFlags): FlaggedSpec<MiningSpec> {
  const { repo, name, limit, since, until, author, branch, path, grep, format, fetchMode, model } = flags;
  const words = model === undefined ? undefined : { enabled: true, model };
  return flaggedSpec({
    kind: 'mining',
    version: SPEC_VERSION,
    inputs: {
      repository: repositoryOf(world, labRoot, repo, name),
      filter: { since, until, author, branch, path, message_pattern: grep },
    },
    config: { limit: numberIn(limit), fetch_mode: fetchMode, analyze: { llm_analysis: words } },
    output: { format },
    allow_net: flags.allowNet,
  });
}

/** The analysis spec that a revision and flags stand for; throws `usage` where they make none. */
export function analysisSpecOf(
  world: World,
  labRoot: string,
  commit: string,
  flags: Pick<MineFlags, 'repo' | 'model' | 'allowNet'>,
): FlaggedSpec<AnalysisSpec> {
  const repository = repositoryOf(world, labRoot, flags.repo, undefined);
  return flaggedSpec({
    kind: 'analysis',
    version: SPEC_VERSION,
    inputs: { commit, repository },
    config: { model: flags.model },
    allow_net: flags.allowNet,
  });
}

/** The flags as a record shows them, in a fixed order; the repository as the spec has it, which tells of no home. */
export function flagWords(flags: MineFlags, repository: MiningSpec['inputs']['repository']): string[] {
  const { owner, url, path } = repository;
  const shown: Readonly<Record<string, string | boolean | undefined>> = {
    ...flags,
    repo: flags.repo === undefined ? undefined : (owner ?? url ?? path),
  };
  return Object.entries(shown).flatMap(([name, value]) => {
    const flag = flagNamed(name);
    return value === undefined || value === false ? [] : value === true ? [flag] : [flag, value];
  });
}

/** A flag as it is written, by the name that commander gives its value: `fetchMode` is `--fetch-mode`. */
export function flagNamed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What `--repo` names: left out, the lab's own; with `--name` an account on GitHub; a URL; else a folder, relative to the working folder. */
function repositoryOf(
  world: World,
  labRoot: string,
  repo: string | undefined,
  name: string | undefined,
): Json {
  if (repo === undefined && name !== undefined)
    throw new Problem(
      'usage',
      '--name names a repository of an account on GitHub, which --repo has to name.',
    );
  if (repo === undefined) return { path: '.' };
  if (repo === '') throw new Problem('usage', '--repo is empty.');
  // Not repeated: an address may hold a password.
  if (name !== undefined && /[:/]/.test(repo))
    throw new Problem('usage', '--repo names a place already, so --name has nothing to add.', {
      hint: 'Leave --name out; or name an account on GitHub with --repo.',
    });
  const named = namedBy(repo, name);
  if (named.path === undefined || repo.startsWith('~'))
    return { ...shownRepository(world.home, named) } as Json;
  return { path: shownPath(world.home, labRoot, resolve(world.cwd, repo)) };
}

// What is no number is left as it is, for the spec's reader to refuse in words.
const numberIn = (text: string | undefined) => (/^-?\d+$/.test(text ?? '') ? Number(text) : text);

const flagOf: Readonly<Record<string, string>> = {
  '/inputs/repository/owner': '--repo',
  '/inputs/repository/name': '--name',
  '/inputs/repository/url': '--repo',
  '/inputs/repository/path': '--repo',
  '/inputs/filter/message_pattern': '--grep',
  '/config/fetch_mode': '--fetch-mode',
  '/config/analyze/llm_analysis/model': '--model',
  '/config/model': '--model',
  '/inputs/commit': 'SHA',
};

function flaggedSpec<S>(draft: object): FlaggedSpec<S> {
  // Through JSON, which leaves out what no flag was given for.
  const value = pruned(JSON.parse(JSON.stringify(draft)));
  const reading = readSpecValue(value);
  // The draft's kind is the one that S is the spec of.
  if ('spec' in reading) return { spec: reading.spec as S, bytes: Buffer.from(canonicalJson(value)) };
  throw wrongFlags(reading.faults);
}

/** What is wrong with a spec that flags stand for, as what is wrong with the flags. */
export function wrongFlags(faults: Problem['faults']): Problem {
  const words = faults.map(({ pointer, reason }) => {
    const flag = flagOf[pointer] ?? `--${pointer.split('/').at(-1)}`;
    return `${flag} ${reason}`;
  });
  return new Problem('usage', `${words.join('; ')}.`);
}

/** A value without the objects that hold nothing. */
function pruned(value: Json): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, child]) => [key, pruned(child)] as const);
  return Object.fromEntries(entries.filter(([, child]) => !isEmpty(child)));
}

const isEmpty = (value: Json) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
