// Writes schemas/examples/golden.json from the examples beside it: `node_modules/.bin/tsx scripts/golden.ts`. Read the
// difference before it is committed: readers in every language are held to this file.
import { writeFileSync } from 'node:fs';
import { examplesFolder } from '../packages/core/test/examples.ts';
import { makeGolden } from '../packages/core/test/golden.ts';

writeFileSync(new URL('golden.json', examplesFolder), `${JSON.stringify(makeGolden(), null, 2)}\n`);
console.log('schemas/examples/golden.json');
