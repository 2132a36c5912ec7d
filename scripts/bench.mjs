import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { inRepository, root, timelab } from './repository.mjs';
import { setUp } from './setup.mjs';

// `npm run bench [NAME…] [-- --write]`: measures on the built command and the real model, side by side with the anchors.
await setUp();
const models = process.env.TIMELAB_MODELS ?? inRepository('.cache/models');
const env = { ...process.env, TIMELAB_MODELS: models };
spawnSync(timelab, ['model', 'pull', 'smollm2'], { cwd: root, env, stdio: 'inherit' });
const words = [inRepository('bench/main.ts'), ...process.argv.slice(2)];
const ran = spawnSync(inRepository('node_modules/.bin/tsx'), words, { cwd: root, env, stdio: 'inherit' });
process.exitCode = ran.status ?? 70;
