import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { inRepository } from '../../scripts/repository.mjs';

const system = ['/usr/local/bin', '/usr/bin', '/bin'];
const searched = [...(process.env.PATH ?? '').split(delimiter), ...system];

/** Programs that the stand-in passes on, beside those that are found in a way of their own. */
const names = 'bash git jq just bwrap shellcheck unzip npm npx'.split(' ');

/**
 * Makes a copy of the stand-in for nixpkgs in a folder, with what it has to know of this machine: where the tools lie,
 * and which registries their clients use. Gives the folders that its tools need; throws where a client does not answer.
 */
export function makeHostNixpkgs(folder) {
  const facts = JSON.stringify(host(), null, 2);
  rmSync(folder, { recursive: true, force: true });
  cpSync(inRepository('tests/nix/host-nixpkgs'), folder, { recursive: true });
  copyFileSync(inRepository('tools/py_post/requirements-dev.txt'), join(folder, 'requirements-dev.txt'));
  writeFileSync(join(folder, 'host.json'), facts);
  return visibleFolders(JSON.parse(facts).tools);
}

/** The folders of this machine that the tools need when they are called. */
function visibleFolders(tools) {
  const own = Object.values(tools).map((path) => dirname(realpathSync(path)));
  const prefixes = [
    output('python3', '-c', 'import sys; print(sys.base_prefix)'),
    output('rustc', '--print', 'sysroot'),
  ];
  const folders = [
    '/usr',
    '/bin',
    '/sbin',
    '/lib',
    '/lib64',
    '/etc/alternatives',
    inRepository('node_modules'),
    ...prefixes,
  ];
  const isBelow = (path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  return [...new Set([...folders, ...own.filter((path) => !isBelow(path))])].filter((path) =>
    existsSync(path),
  );
}

function host() {
  return {
    path: system.join(':'),
    tools: { ...Object.fromEntries(names.map(find).filter(([, path]) => path)), ...languages() },
    networkEnvironment: networkEnvironment(),
    pnpm: pnpm(),
    crates: crates(),
  };
}

function find(name) {
  const own = ['node_modules/.bin', '.cache/hooks/bin'].map(inRepository);
  const folders = [...searched, ...own, join(homedir(), '.cargo/bin')];
  const places = folders.map((folder) => join(folder, name));
  return [name, places.find((path) => existsSync(path))];
}

/** The real programs behind the shims of version managers, which want a home to work. */
function languages() {
  const rust = join(output('rustc', '--print', 'sysroot'), 'bin');
  const programs = ['cargo', 'rustc', 'rustdoc', 'rustfmt', 'cargo-fmt', 'clippy-driver', 'cargo-clippy'];
  return {
    node: process.execPath,
    python3: output('python3', '-c', 'import sys; print(sys.executable)'),
    ...Object.fromEntries(programs.map((name) => [name, join(rust, name)])),
  };
}

/** What pip needs to reach its registry from here. */
function networkEnvironment() {
  const wanted = /^(PIP_.*|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name)));
}

function pnpm() {
  const lock = JSON.parse(readFileSync(inRepository('scripts/pnpm/package-lock.json'), 'utf8'));
  const { version, integrity: hash } = lock.packages['node_modules/pnpm'];
  const registry = output('npm', 'config', 'get', 'registry').replace(/\/$/, '');
  return { url: `${registry}/pnpm/-/pnpm-${version}.tgz`, hash };
}

/** Where cargo downloads crates from, as its own index has told it. */
function crates() {
  const index = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/index');
  const configs = readdirSync(index).map((name) => join(index, name, 'config.json'));
  return JSON.parse(readFileSync(configs.find(existsSync), 'utf8')).dl;
}

const output = (command, ...args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
