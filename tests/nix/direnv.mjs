import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { answers } from '../../scripts/requirements.mjs';
import { nixEnvironment, output } from './command.mjs';

/** What the shell of each folder's `.envrc` must be able to do. */
const profiles = {
  '.': 'just --version && pnpm --version && cargo --version',
  2025: 'timelab --version && rust_extractor --version && py_post --version',
  'tools/rust_extractor': 'cargo clippy --version && cargo fmt --version',
  'tools/py_post': 'python3 -m pytest --version && ruff --version',
};

/** Steps that enter folders of the flake's sources as direnv does, with a home of its own in `folder`. */
export function direnvSteps({ program, sources, folder }) {
  const home = join(folder, 'direnv');
  const env = {
    ...process.env,
    ...nixEnvironment(),
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    PATH: program.includes('/') ? `${dirname(program)}:${process.env.PATH}` : process.env.PATH,
  };
  const direnv = async (...words) => await output('direnv', words, { cwd: folder, env });
  const enter = async (place, commands) => await direnv('exec', place, 'bash', '-ec', commands);
  return Object.fromEntries(
    Object.entries(profiles).map(([name, commands]) => [
      `direnv in ${name}`,
      async () => {
        if (!answers('direnv', ['version']))
          throw Object.assign(new Error('skipped'), {
            skip: 'no direnv; `apt-get install direnv` brings it',
          });
        const place = join(sources, name);
        await assert.rejects(enter(place, 'true'), /direnv/, 'a folder is entered that nobody has allowed');
        await direnv('allow', place);
        await enter(place, commands);
      },
    ]),
  );
}
