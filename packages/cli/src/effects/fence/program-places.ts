import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What a program needs of the disk beside the system's own folders: itself, and where it is a script its interpreter;
 * of a Python environment all of it and the Python that it was made with; of a Nix store all of it.
 */
export function placesOf(program: string): string[] {
  const real = realpathSync(program);
  const interpreter = interpreterOf(real);
  return [
    program,
    real,
    ...storeOf(real),
    ...(interpreter === undefined ? [] : interpreterPlaces(interpreter)),
  ];
}

/** The store that a program of Nix lies in, and its libraries with it; it may be another folder than /nix/store. */
function storeOf(path: string): string[] {
  const store = /^(.*)\/[0-9a-df-np-sv-z]{32}-[^/]+\//.exec(path)?.[1];
  return store === undefined ? [] : [store];
}

/**
 * Where the libraries of a program in PREFIX/bin are. Not all of PREFIX: it may be somebody's home folder.
 */
export function librariesOf(program: string): string[] {
  const prefix = dirname(dirname(program));
  return ['lib', 'lib64', 'libexec', 'share/git-core'].map((name) => join(prefix, name));
}

function interpreterPlaces(interpreter: string): string[] {
  const real = realpathSync(interpreter);
  const environment = dirname(dirname(interpreter));
  const config = join(environment, 'pyvenv.cfg');
  const home = pythonHome(config);
  const own = [interpreter, real, ...librariesOf(real)];
  if (home === undefined) return own;
  // `home` is the folder of the Python that the environment was made with.
  const base = librariesOf(join(home, 'python3'));
  return [
    ...own,
    config,
    dirname(interpreter),
    ...librariesOf(interpreter),
    home,
    ...base,
    ...linkedPackages(environment),
  ];
}

/** Where the packages of an environment are that it has by a link, as set-up makes one; a `.pth` file names them. */
function linkedPackages(environment: string): string[] {
  const libraries = join(environment, 'lib');
  const files = namesIn(libraries)
    .map((version) => join(libraries, version, 'site-packages'))
    .flatMap((packages) => namesIn(packages).map((name) => join(packages, name)))
    .filter((path) => path.endsWith('.pth'));
  return files
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.startsWith('/'));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The interpreter in a script's first line. */
function interpreterOf(path: string): string | undefined {
  const beginning = Buffer.alloc(1024);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, beginning);
    return /^#! *(\/[^\s]+)/.exec(beginning.toString('utf8', 0, length))?.[1];
  } finally {
    closeSync(file);
  }
}

function pythonHome(config: string): string | undefined {
  try {
    return /^home *= *(.+)$/m.exec(readFileSync(config, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
