import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { benchEmbedded } from './embedded.ts';
import { benchFind } from './find.ts';
import { benchLinear } from './linear.ts';
import { benchMining } from './mining.ts';
import { benchOverhead } from './overhead.ts';
import { benchPeers } from './peers.ts';
import { benchRecordings } from './recordings.ts';
import { benchStartup } from './startup.ts';
import { benchSync } from './sync.ts';
import { type Figure, formatTable } from './table.ts';
import { benchVerify } from './verify.ts';

const binary = `${process.cwd()}/packages/cli/dist/timelab.mjs`;
const page = 'docs/reference/PERFORMANCE.md';

/** Every bench by its name; names on the command line choose some. */
const benches: Readonly<Record<string, (binary: string) => Figure[] | Promise<Figure[]>>> = {
  startup: benchStartup,
  overhead: benchOverhead,
  embedded: benchEmbedded,
  recordings: benchRecordings,
  sync: benchSync,
  verify: benchVerify,
  find: benchFind,
  mining: benchMining,
  linear: benchLinear,
  peers: benchPeers,
};

const words = process.argv.slice(2);
const chosen = words.filter((word) => !word.startsWith('--'));
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.\n`,
  );
  process.exit(64);
}
// Few have it, and where it is set Node reads hundreds of certificates at each start: longer than all else that it does.
delete process.env['NODE_EXTRA_CA_CERTS'];
const figures: Figure[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  figures.push(...(await bench(binary)));
}
const report = `${machine()}\n\n${formatTable(figures)}`;
process.stdout.write(report);
if (words.includes('--write')) write(report);
if (figures.some(({ held }) => !held)) process.exitCode = 1;

function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** Puts the report between the two marks of the page. */
function write(text: string): void {
  const old = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    old.replace(
      /(<!-- bench -->\n)[\s\S]*(<!-- \/bench -->)/,
      (_, open, close) => `${open}\n${text}\n${close}`,
    ),
  );
}
