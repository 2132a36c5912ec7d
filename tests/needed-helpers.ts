import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { repository } from './rig.ts';

/** Skips a test where set-up has left out a program that `mine` and `summ` call, and says how to get it. */
export function needHelpers(context: TestContext): void {
  const programs = {
    rust_extractor: 'tools/rust_extractor/target/release/rust_extractor',
    py_post: 'tools/py_post/.venv/bin/py_post',
  };
  const missing = Object.entries(programs).filter(([, path]) => !existsSync(join(repository, path)));
  if (missing.length > 0)
    context.skip(`no ${missing.map(([name]) => name).join(', no ')}; npm run setup builds both`);
}
