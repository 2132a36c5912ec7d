import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem } from '@timelab/core';

/** The absolute path of the first program of a name on the PATH; undefined where there is none. */
export function findProgram(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** What is told where there is no git. */
export function noGit(): Problem {
  return new Problem('tool_missing', 'There is no git on the PATH.', {
    hint: 'Install git 2.39.4 or newer.',
  });
}

/** Whether a path is a file that this user may run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
