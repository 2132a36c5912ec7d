import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type MachineSight, Problem, type SeenProgram } from '@timelab/core';
import { listModels, whyNoEngine } from '@timelab/models';
import pkg from '../../../package.json' with { type: 'json' };
import type { World } from '../../world.ts';
import { backendOptions, dataDir } from '../backend-options.ts';
import { childEnvironment } from '../child-environment.ts';
import { openFence } from '../fence/fence.ts';
import { temporaryFolder } from '../folders.ts';
import { clonesFolder } from '../mining/clone-place.ts';
import { findTool, type ToolName } from '../mining/tools.ts';
import { probesFolder } from '../probing/probe-shelf.ts';
import { whyClosed } from './look-at-lab.ts';
import { seeNix } from './see-nix.ts';
import { askVersion } from './see-program.ts';

/** Looks at all on this machine that timelab works with; only this machine's own addresses are reached. */
export async function lookAtMachine(world: World, newestRun: string | undefined): Promise<MachineSight> {
  const [git, rustExtractor, pyPost, isolation, models, nix] = await Promise.all([
    askVersion(world, 'git'),
    seeTool(world, 'rust_extractor'),
    seeTool(world, 'py_post'),
    seeIsolation(world),
    seeModels(world),
    seeNix(world),
  ]);
  const engine = whyNoEngine();
  return {
    node: world.nodeVersion,
    now: world.now(),
    clockSet: world.clockSet,
    ...(newestRun === undefined ? {} : { newestRun }),
    places: places(world),
    timelab: pkg.version,
    ...{ git, rustExtractor, pyPost, isolation, nix },
    ...models,
    ...(engine === undefined ? {} : { engine: engine.message }),
  };
}

function places(world: World): MachineSight['places'] {
  const all = [
    { name: 'the folder of weights', path: dataDir(world) },
    { name: 'the cache of clones', path: clonesFolder(world) },
    { name: 'the folder of what probes found', path: probesFolder(world) },
    { name: 'the folder of temporary files', path: temporaryFolder(world) },
  ];
  return all.map(({ name, path }) => {
    const reason = whyClosed(nearestThere(path));
    return reason === undefined ? { name, path } : { name, path, reason };
  });
}

/** A folder that is not there yet is made where its nearest parent is. */
function nearestThere(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestThere(dirname(path));
}

async function seeTool(world: World, name: ToolName): Promise<SeenProgram> {
  try {
    return await askVersion(world, findTool(world, name), childEnvironment(world, 'any'));
  } catch (error) {
    return { complaint: wordsOf(error) };
  }
}

async function seeIsolation(world: World): Promise<MachineSight['isolation']> {
  try {
    return { kind: (await openFence(world)).kind };
  } catch (error) {
    return { complaint: wordsOf(error) };
  }
}

/** The shelf and the server on this machine; a server elsewhere is not asked. */
async function seeModels(world: World): Promise<Pick<MachineSight, 'weights' | 'ollama'>> {
  try {
    const { models, unreached } = await listModels(backendOptions(world, false, new Set()), world.signal);
    const weights = models.filter(({ name }) => name.startsWith('llamacpp:'));
    const complaint = unreached[0]?.reason.replace(/\.$/, '');
    const served = models.length - weights.length;
    return { weights, ollama: { models: served, ...(complaint === undefined ? {} : { complaint }) } };
  } catch (error) {
    return { weights: [], ollama: { models: 0, complaint: wordsOf(error) } };
  }
}

/** What a failure that timelab expects says of itself; any other is a bug, and thrown on. */
function wordsOf(error: unknown): string {
  if (error instanceof Problem) return error.message.replace(/\.$/, '');
  throw error;
}
