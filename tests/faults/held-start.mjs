// Loaded before a program (`node --import`): holds it until a line comes on stdin, so that who traces it can attach first.
import { readSync, writeSync } from 'node:fs';
import { stat } from 'node:fs/promises';

// The thread that will do all file work has to be there when it is attached to.
await stat('/');
writeSync(1, 'ready\n');
readSync(0, Buffer.alloc(16));
