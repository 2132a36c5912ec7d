import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder this repository lies in. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The absolute path of a file of the repository. */
export const inRepository = (path) => join(root, path);

/** The `timelab` that set-up builds and links. */
export const timelab = inRepository('node_modules/.bin/timelab');
