import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '@timelab/core';
import type { World } from '../../world.ts';
import { childEnvironment } from '../child-environment.ts';
import { findProgram, isProgram } from '../find-program.ts';
import { run } from '../spawn.ts';

/** The helper programs that `mine` and `summ` call. */
export type ToolName = 'rust_extractor' | 'py_post';

// Where set-up builds them, seen from the parts of the bundle in packages/cli/dist/parts.
const built: Readonly<Record<ToolName, string>> = {
  rust_extractor: '../../../../tools/rust_extractor/target/release/rust_extractor',
  py_post: '../../../../tools/py_post/.venv/bin/py_post',
};

/**
 * The absolute path of a helper program: what TIMELAB_RUST_EXTRACTOR or TIMELAB_PY_POST names, the one that set-up
 * built beside this program, or one on the PATH. Throws `tool_missing`.
 */
export function findTool({ env, cwd }: World, name: ToolName): string {
  const variable = `TIMELAB_${name.toUpperCase()}`;
  const named = env[variable] ?? '';
  if (named !== '') {
    const path = resolve(cwd, named);
    if (isProgram(path)) return path;
    throw new Problem('tool_missing', `${variable} is ${JSON.stringify(named)}, which is no program.`);
  }
  const beside = fileURLToPath(new URL(built[name], import.meta.url));
  const found = isProgram(beside) ? beside : findProgram(env, name);
  if (found !== undefined) return found;
  throw new Problem('tool_missing', `${name} is neither beside timelab nor on the PATH.`);
}

/** The version of rust_extractor, which its records depend on. */
export async function extractorVersion(world: World): Promise<string> {
  const program = findTool(world, 'rust_extractor');
  const { stdout } = await run(program, ['--version'], {
    cwd: world.cwd,
    env: childEnvironment(world, 'any'),
  });
  const version = /^rust_extractor (\S+)/.exec(stdout.toString('utf8'))?.[1];
  if (version !== undefined) return version;
  throw new Problem('tool_missing', `${program} does not say that it is rust_extractor.`);
}

/**
 * The versions of py_post and of the Python that runs it, which its pages depend on; none where it does not say them, and so is
 * found to be missing or broken when it is to work.
 */
export async function postVersions(world: World): Promise<Readonly<Record<string, string>>> {
  try {
    const { stdout } = await run(findTool(world, 'py_post'), ['--version'], {
      cwd: world.cwd,
      env: { ...childEnvironment(world, 'any'), ...pythonManners(world.cwd) },
      // One that waits for records first is told that there are none.
      input: new Uint8Array(),
      signal: world.signal,
    });
    const said = /^py_post, version (\S+) \(Python (\S+)\)/.exec(stdout.toString('utf8'));
    const [, py_post, python] = said ?? [];
    return py_post === undefined || python === undefined ? {} : { py_post, python };
  } catch (error) {
    if (error instanceof Problem) return {};
    throw error;
  }
}

/**
 * What Python is told, so that it writes nothing beside its programs. Without a user base it asks the system whose home this is,
 * by way of a name service if there is one.
 */
export function pythonManners(folder: string): Readonly<Record<string, string>> {
  return { PYTHONDONTWRITEBYTECODE: '1', PYTHONNOUSERSITE: '1', PYTHONUSERBASE: folder };
}
