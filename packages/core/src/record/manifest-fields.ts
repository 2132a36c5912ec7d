import * as z from 'zod';
import { text } from '../text-schema.ts';

/** A digest, as records write it. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');

/** The id of a git object of either format. */
export const gitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, '40 or 64 hex digits');

/** RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const timestamp = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/,
    'RFC 3339 in UTC with milliseconds',
  );

/** The name of a recording's file: its key, when it was recorded, and a digest of its content. */
export const recordingName = z
  .string()
  .regex(/^[0-9a-f]{64}\.\d{8}T\d{9}Z\.[0-9a-f]{32}\.json$/, 'the name of a recording');

/** A path inside the run folder, with "/" between its parts, that cannot climb out. */
export const runPath = text(4096).regex(
  /^(?!\.{1,2}(\/|$))[^\u0000-\u001f\\/]+(\/(?!\.{1,2}(\/|$))[^\u0000-\u001f\\/]+)*$/,
  'a path inside the run folder',
);
