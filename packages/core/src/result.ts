import * as z from 'zod';
import { anyJson } from './json/any-json.ts';
import { problemKindNames } from './problem/problem.ts';
import { manifest } from './record/manifest.ts';

const fault = z.strictObject({
  file: z.string().exactOptional().describe('The file that is at fault, where a command reads several.'),
  pointer: z.string().describe('RFC 6901; empty for the whole document.'),
  reason: z.string(),
  suggestion: z.string().exactOptional().describe('The nearest valid name.'),
});

const error = z.strictObject({
  code: z.int().describe('The exit code: 64 wrong call, 65 bad data, 70 anything else.'),
  kind: z.enum(problemKindNames),
  message: z.string(),
  hint: z.string(),
  faults: z.array(fault).exactOptional(),
});

/** What `--json` prints, for every command, one object on stdout, whether it went well or not. */
export const result = z
  .strictObject({
    schema_version: z.literal('1.0'),
    command: z.string(),
    ok: z.boolean(),
    artifacts: z
      .array(z.string())
      .describe('Absolute paths of the files that were made, the manifest of a run first.'),
    run: manifest()
      .exactOptional()
      .describe('The record of the run, for commands that make one; its answer is in the artifacts.'),
    data: z
      .record(z.string(), anyJson)
      .exactOptional()
      .describe('What else the command has to say; each page in docs/2-use names its keys.'),
    error: error.exactOptional(),
  })
  .describe('What a timelab command says of itself with --json.');

export type Result = z.output<typeof result>;
