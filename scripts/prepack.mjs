import { copyFileSync } from 'node:fs';
import './build.mjs';
import { inRepository } from './repository.mjs';

// npm packs only what lies in the package's own folder; git ignores these copies.
for (const name of ['LICENSE', 'README.md'])
  copyFileSync(inRepository(name), inRepository(`packages/cli/${name}`));
