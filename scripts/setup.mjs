import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { inRepository, timelab } from './repository.mjs';
import { missing, missingParts } from './requirements.mjs';
import { runQuietly } from './run-quietly.mjs';
import { stamp } from './stamp.mjs';
import { runSteps, stopWith } from './steps.mjs';
import { toolSteps } from './tool-steps.mjs';

const pnpm = inRepository('scripts/pnpm/node_modules/pnpm/bin/pnpm.cjs');
const bundle = inRepository('packages/cli/dist/timelab.mjs');
const packages = readdirSync(inRepository('packages')).map((name) => inRepository(`packages/${name}`));

const pnpmStamp = stamp(inRepository('scripts/pnpm/node_modules/.timelab-setup'), [
  inRepository('scripts/pnpm/package-lock.json'),
]);
const packagesStamp = stamp(inRepository('node_modules/.timelab-setup'), [
  inRepository('pnpm-lock.yaml'),
  inRepository('pnpm-workspace.yaml'),
  inRepository('package.json'),
  ...packages.map((path) => `${path}/package.json`),
]);
const bundleStamp = stamp(inRepository('packages/cli/dist/.timelab-setup'), [
  inRepository('pnpm-lock.yaml'),
  inRepository('tsconfig.base.json'),
  inRepository('scripts/build.mjs'),
  inRepository('schemas'),
  ...packages.flatMap((path) => [`${path}/package.json`, `${path}/src`]),
]);

/** What set-up does, in order; a step that is done says so and is not done again. */
const steps = [
  {
    name: 'pnpm, pinned by its hash',
    needed: () => !pnpmStamp.holds() || 'done',
    run: async () => {
      await runQuietly('npm', [
        'ci',
        '--prefix',
        inRepository('scripts/pnpm'),
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
      ]);
      pnpmStamp.set();
    },
    advice: 'npm could not fetch pnpm: check the network or the proxy settings of npm, then run this again.',
  },
  {
    name: 'packages, as pnpm-lock.yaml names them',
    needed: () => !packagesStamp.holds() || 'done',
    run: async () => {
      await runQuietly(process.execPath, [
        pnpm,
        'install',
        '--frozen-lockfile',
        '--config.confirm-modules-purge=false',
      ]);
      packagesStamp.set();
    },
    advice:
      'The packages could not be fetched: check the network or the proxy settings of npm, then run this again.',
  },
  {
    name: 'the timelab command',
    needed: () => !(bundleStamp.holds() && existsSync(bundle) && existsSync(timelab)) || 'done',
    run: async () => {
      await runQuietly(process.execPath, [inRepository('scripts/build.mjs')]);
      linkCommand();
      bundleStamp.set();
    },
    advice: 'The bundle could not be built: if you changed sources, mend the place named above.',
  },
  ...toolSteps,
];

function linkCommand() {
  rmSync(timelab, { force: true });
  mkdirSync(dirname(timelab), { recursive: true });
  symlinkSync(relative(dirname(timelab), bundle), timelab);
}

/** Sets the repository up, as far as that is not done yet; ends the process when it cannot. */
export async function setUp() {
  const lacks = missing();
  if (lacks.length > 0) stopWith(Object.assign(new Error(lacks.join('\n')), { exitCode: 64 }));
  await runSteps(steps).catch(stopWith);
  for (const words of missingParts()) process.stdout.write(`note: ${words}\n`);
}

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await setUp();
  process.stdout.write('Ready. Try `npm run demo`, or `node_modules/.bin/timelab --help`.\n');
}
