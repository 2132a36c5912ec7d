import { join } from 'node:path';
import { billSteps } from './bills.mjs';
import { imageRuns } from './image.mjs';

const rebuilt = [
  'timelab',
  'timelab.bundle',
  'timelab.engine',
  'py_post',
  'docker',
  'sbom',
  'rust_extractor',
];

/** Steps that take long, and hold of what was built, whichever Nix asked for it: one Nix of several does them. */
export function longSteps(ground) {
  const { build, folder } = ground;
  return {
    ...billSteps(ground),
    'the image is the same twice, and its command runs': async () => {
      await imageRuns(await build('docker'), join(folder, 'image'));
    },
    ...Object.fromEntries(
      rebuilt.map((name) => [
        `nix build --rebuild .#${name}: the same bits`,
        async () => {
          await build(name);
          await build(name, '--rebuild');
        },
      ]),
    ),
  };
}
