import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './rig.ts';

const textOf = async (path: string) => await readFile(join(repository, path), 'utf8');

/** Every package that another brings along by a pnpm-lock.yaml, itself included, for all systems. */
function broughtBy(lock: string, name: string): Set<string> {
  const edges = new Map<string, string[]>();
  let from: string[] = [];
  let inList = false;
  for (const line of lock.slice(lock.indexOf('\nsnapshots:')).split('\n')) {
    const [, entry] = /^ {2}'?([^\s'][^']*?)'?:(?: \{\})?$/.exec(line) ?? [];
    if (entry !== undefined) {
      from = [];
      edges.set(entry, from);
    }
    if (/^ {4}\w/.test(line)) inList = /(d|optionalD)ependencies:/.test(line);
    const [, to, version] = /^ {6}'?([^':]+)'?: '?([^']+)'?$/.exec(line) ?? [];
    if (inList && to !== undefined) from.push(`${to}@${version}`);
  }
  const reached = new Set<string>();
  const left = [...edges.keys()].filter((entry) => entry.startsWith(`${name}@`));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    left.push(...(edges.get(next) ?? []));
  }
  return reached;
}

test('README says how many packages are installed, and they are at most 150', async () => {
  const { dependencies = {} } = JSON.parse(await textOf('packages/cli/package.json'));
  expect(dependencies).toEqual({});
  const engine = broughtBy(await textOf('pnpm-lock.yaml'), 'node-llama-cpp').size;
  const python = (await textOf('tools/py_post/requirements.txt')).match(/^[a-z].*==/gm)?.length ?? 0;
  expect(engine).toBeGreaterThan(20);
  expect(1 + engine + python).toBeLessThanOrEqual(150);
  const readme = await textOf('README.md');
  expect(readme).toContain(`${engine} packages`);
  expect(readme).toContain(`${python} Python packages`);
});

test('everything that is installed is held to its lock', async () => {
  const scripts = await Promise.all(
    ['setup', 'tool-steps', 'hooks', 'tool-suites'].map((name) => textOf(`scripts/${name}.mjs`)),
  );
  const calls = (words: RegExp) => scripts.join('\n').replace(/\s+/g, ' ').match(words) ?? [];
  const cargo = calls(/'cargo', \[[^\]]*/g);
  expect(cargo.length).toBeGreaterThan(2);
  expect(cargo.filter((call) => !/'--locked'|--version/.test(call))).toEqual([]);
  expect(calls(/pnpm, 'install', '[^']*'/g)).toEqual(["pnpm, 'install', '--frozen-lockfile'"]);
  expect(calls(/'npm', \[ ?'\w+'/g).filter((call) => !call.endsWith("'ci'"))).toEqual([]);
  const files = calls(/'--requirement'/g).length;
  expect(files).toBeGreaterThan(1);
  expect(calls(/'--require-hashes'/g).length).toBeGreaterThanOrEqual(files);
});
