import * as z from 'zod';

const objectId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, '40 or 64 lower-case hex digits');
const mode = z
  .string()
  .regex(/^[0-7]{6}$/)
  .describe('As git writes it: 100644, 100755, 120000, 160000; 000000 for none.');
const count = z.int().min(0);
/** The bytes of a text that is not UTF-8; the text beside it has U+FFFD where they did not fit. */
const bytes = z.base64().exactOptional();

const person = z.strictObject({
  name: z.string(),
  name_b64: bytes,
  email: z.string(),
  email_b64: bytes,
  time: z.int().describe('Seconds since 1970-01-01 UTC; may be negative.'),
  offset: z.int().min(-6000).max(6000).describe('Minutes east of UTC, as the commit says.'),
});

const hunk = z.strictObject({
  old_start: count,
  old_lines: count,
  new_start: count,
  new_lines: count,
  added: count,
  deleted: count,
  section: z
    .string()
    .exactOptional()
    .describe('What git prints after the second @@: the line of the function above.'),
});

const touched = z.strictObject({
  name: z.string(),
  added: count.describe('Lines of it that were added.'),
  deleted: count.describe('Lines of it that were deleted.'),
});

const file = z.strictObject({
  path: z.string().describe('The new path; the old one of a deleted file.'),
  path_b64: bytes,
  old_path: z.string().exactOptional().describe('Of a renamed or copied file.'),
  old_path_b64: bytes,
  status: z
    .enum(['A', 'M', 'D', 'R', 'C', 'T'])
    .describe('Added, modified, deleted, renamed, copied, type changed.'),
  similarity: z.int().min(0).max(100).exactOptional().describe('Per cent; of renamed and copied files.'),
  modes: z.strictObject({ old: mode, new: mode }),
  blobs: z.strictObject({ old: objectId, new: objectId }).describe('Zeros for none.'),
  added: count.describe('Lines, counted from hunks; equal to git log --numstat. 0 for binary files.'),
  deleted: count,
  binary: z.boolean(),
  language: z.string().exactOptional().describe("GitHub Linguist's name of the language."),
  hunks: z.array(hunk),
  functions: z
    .array(touched)
    .describe('Functions that a changed line lies in, in order of their first change.'),
  skipped: z.string().exactOptional().describe('Why hunks and functions are missing or cut: a cap, by name.'),
});

/** One commit as the extractor writes it, one a line: the contract between rust_extractor and py_post. */
export const commit = z
  .strictObject({
    id: objectId,
    tree: objectId,
    parents: z.array(objectId),
    author: person,
    committer: person,
    encoding: z
      .string()
      .exactOptional()
      .describe('The encoding that the commit says its message has, if not UTF-8.'),
    message: z.string().describe('The whole message, as it was written.'),
    message_b64: bytes,
    trailers: z
      .array(z.strictObject({ key: z.string(), value: z.string() }))
      .describe('Of the last paragraph, as git interpret-trailers reads it.'),
    signature: z.boolean().describe('Whether a signature is there; it is not verified.'),
    merge_mode: z.enum(['none', 'first-parent']).describe('Against which parent a merge was compared.'),
    files: z.array(file),
    stats: z.strictObject({ files: count, added: count, deleted: count }),
    patch: z
      .strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) })
      .describe("Of git's own text of the patch, whole, also where the record is cut."),
    skipped: z.string().exactOptional().describe('Why the record is cut: a cap, by name.'),
  })
  .describe('One commit, as rust_extractor writes it.');

export type Commit = z.output<typeof commit>;
