import { appendFile, cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { program, put } from './rig.ts';
import { type Damage, filesBelow, flipByte, type RunName } from './verified-lab.ts';

const flipped = (run: RunName, path: string, at: 'first' | 'middle' | 'last' = 'middle'): Damage => [
  `the ${at} byte of ${path}`,
  run,
  [`digest_mismatch ${path}`],
  (folder) => flipByte(join(folder, path), at),
];

/** One of the files of a mined commit. */
async function commitFile(folder: string): Promise<string> {
  const files = await filesBelow(folder);
  return files.find((path) => path.startsWith('output/commit_')) ?? '';
}

async function replaced(path: string, make: (path: string) => Promise<unknown>): Promise<void> {
  await rm(path, { recursive: true });
  await make(path);
}

async function rewritten(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}

const answer = 'output/answer.txt';
const list = 'output/SHA256SUMS';
const patch = 'input/git.patch';

/** What can happen to the files of a run, with the faults that it has then; a place that ends in "/" goes on. */
export const damagedFiles: readonly Damage[] = [
  flipped('clean', answer),
  flipped('clean', 'input/spec.json'),
  flipped('clean', 'logs/log.jsonl', 'last'),
  flipped('clean', 'input/files/01-notes.md', 'first'),
  flipped('mined', 'output/commits.jsonl'),
  flipped('mined', 'input/commits.txt', 'first'),
  [
    'a byte more',
    'clean',
    ['digest_mismatch output/output.jsonl'],
    (run) => appendFile(join(run, 'output/output.jsonl'), '\n'),
  ],
  ['an answer emptied', 'clean', [`digest_mismatch ${answer}`], (run) => writeFile(join(run, answer), '')],
  ['a file gone', 'clean', ['file_missing logs/log.jsonl'], (run) => rm(join(run, 'logs/log.jsonl'))],
  ['a file more', 'clean', ['file_added output/more.txt'], (run) => put(run, 'output/more.txt', '')],
  ['a hidden file more', 'clean', ['file_added .hidden'], (run) => put(run, '.hidden', '')],
  [
    'a file renamed',
    'clean',
    [`file_missing ${answer}`, 'file_added output/Answer.txt'],
    (run) => rename(join(run, answer), join(run, 'output/Answer.txt')),
  ],
  [
    'a link to the same bytes in the place of a file',
    'clean',
    [`not_a_file ${answer}`],
    async (run, lab) => {
      await cp(join(run, answer), join(lab, 'same'));
      await replaced(join(run, answer), (path) => symlink(join(lab, 'same'), path));
    },
  ],
  [
    'a link to the same files in the place of a folder',
    'clean',
    ['file_missing logs/log.jsonl', 'file_added logs'],
    async (run, lab) => {
      await rename(join(run, 'logs'), join(lab, 'logs'));
      await symlink(join(lab, 'logs'), join(run, 'logs'));
    },
  ],
  [
    'a folder in the place of a file',
    'clean',
    [`file_missing ${answer}`],
    (run) => replaced(join(run, answer), (path) => mkdir(path)),
  ],
  [
    'a pipe in the place of a file',
    'clean',
    [`not_a_file ${answer}`],
    (run) => replaced(join(run, answer), (path) => program('mkfifo', [path], { cwd: '/' })),
  ],
  [
    'a patch of other bytes',
    'dirty',
    [`digest_mismatch ${patch}`, 'tree_mismatch run.json#/git/tree'],
    (run) => rewritten(join(run, patch), (text) => text.replace('+new', '+gnu')),
  ],
  [
    'a patch that does not apply',
    'dirty',
    [`digest_mismatch ${patch}`, `patch_fails ${patch}`],
    (run) => rewritten(join(run, patch), (text) => text.replace('-two', '-tow')),
  ],
  ['a patch gone', 'dirty', [`file_missing ${patch}`], (run) => rm(join(run, patch))],
  [
    "a byte of a commit's file",
    'mined',
    ['digest_mismatch output/'],
    async (run) => flipByte(join(run, await commitFile(run))),
  ],
  [
    "a commit's file gone",
    'mined',
    ['file_missing output/'],
    async (run) => rm(join(run, await commitFile(run))),
  ],
  [
    "a file more beside a commit's",
    'mined',
    ['file_added output/'],
    async (run) => put(run, join(dirname(await commitFile(run)), 'more'), ''),
  ],
  [
    'the last line of the file list cut',
    'mined',
    [`digest_mismatch ${list}`, `list_invalid ${list}`, 'file_added output/'],
    (run) => rewritten(join(run, list), (text) => text.slice(0, -9)),
  ],
  [
    'a line of the file list twice',
    'mined',
    [`digest_mismatch ${list}`, `list_invalid ${list}`],
    (run) => rewritten(join(run, list), (text) => `${text}${text.split('\n')[0]}\n`),
  ],
  [
    'a line of the file list that climbs out',
    'mined',
    [`digest_mismatch ${list}`, `list_invalid ${list}`],
    (run) => rewritten(join(run, list), (text) => `${text}${'a'.repeat(64)}  ../../../x\n`),
  ],
  [
    'a pipe in the place of a patch',
    'dirty',
    [`not_a_file ${patch}`],
    (run) => replaced(join(run, patch), (path) => program('mkfifo', [path], { cwd: '/' })),
  ],
  [
    'a pipe in the place of the file list',
    'mined',
    [`not_a_file ${list}`, ...Array.from({ length: 20 }, () => 'file_added output/')],
    (run) => replaced(join(run, list), (path) => program('mkfifo', [path], { cwd: '/' })),
  ],
  [
    'a link in the place of the file list',
    'mined',
    [`not_a_file ${list}`, ...Array.from({ length: 20 }, () => 'file_added output/')],
    async (run, lab) => {
      await rename(join(run, list), join(lab, 'list'));
      await symlink(join(lab, 'list'), join(run, list));
    },
  ],
];
