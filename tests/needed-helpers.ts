import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { repository } from './rig.ts';

/** Why nothing can be mined here, and how to mend it: set-up has left out a program that `mine` and `summ` call. */
export function whyNoHelpers(): string | undefined {
  const programs = {
    rust_extractor: 'tools/rust_extractor/target/release/rust_extractor',
    py_post: 'tools/py_post/.venv/bin/py_post',
  };
  const missing = Object.entries(programs).filter(([, path]) => !existsSync(join(repository, path)));
  return missing.length === 0
    ? undefined
    : `no ${missing.map(([name]) => name).join(', no ')}; npm run setup builds both`;
}

/** Skips a test that needs the helper programs where they are not. */
export function needHelpers(context: TestContext): void {
  const missing = whyNoHelpers();
  if (missing !== undefined) context.skip(missing);
}
