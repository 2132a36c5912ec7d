import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hermetic } from '../rig.ts';

/** A path in a tree: bytes where it is no text. */
type Name = string | Buffer;

/** What stands at a path: a file's bytes, or with a mode of its own; of a gitlink the id of a commit. */
type Entry = string | Buffer | { readonly mode: string; readonly data: string | Buffer };

/** The files of a tree. */
export type Files = Readonly<Record<string, Entry>> | readonly (readonly [Name, Entry])[];

/** A commit that is to be made; on top of the last one unless it says otherwise. */
interface Draft {
  readonly files?: Files;
  /** In place of files. */
  readonly tree?: string;
  readonly parents?: readonly string[];
  /** Name, address, seconds and zone. */
  readonly author?: string | Buffer;
  /** Lines between the committer and the message, each with its end. */
  readonly headers?: string;
  readonly message?: string | Buffer;
}

/** What git's plumbing makes without a work tree: the same bytes every time, as names and dates are fixed. */
export class Repository {
  readonly path: string;
  /** The last commit that was made; main points at it. */
  head = '';
  private commits = 0;

  constructor(path: string, ...init: string[]) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.git(['init', '-q', '--bare', '--template=', '-b', 'main', ...init]);
  }

  /** The folder of loose objects, packs and alternates. */
  get objects(): string {
    return join(this.path, 'objects');
  }

  /** Runs git in it and gives its bytes; fails if git does. */
  git(
    args: readonly string[],
    input: string | Buffer = '',
    env: Readonly<Record<string, string>> = {},
  ): Buffer {
    const options = { cwd: this.path, env: hermetic(env), input, maxBuffer: 1e9 };
    const { status, stdout, stderr } = spawnSync('git', args, options);
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** The same, of a git that prints one line. */
  line(
    args: readonly string[],
    input: string | Buffer = '',
    env: Readonly<Record<string, string>> = {},
  ): string {
    return this.git(args, input, env).toString('utf8').trim();
  }

  /** Keeps an object of any form, also one that git would not write. */
  object(type: 'blob' | 'tree' | 'commit' | 'tag', data: string | Buffer): string {
    return this.line(['hash-object', '-t', type, '-w', '--literally', '--stdin'], data);
  }

  /** A tree of files in folders. */
  tree(files: Files): string {
    const lines = pairs(files).map(([name, entry]) => {
      const { mode, data } = plain(entry);
      const id = mode === '160000' ? String(data) : this.object('blob', data);
      return Buffer.concat([Buffer.from(`${mode} ${id}\t`), Buffer.from(name as string), Buffer.from([0])]);
    });
    const index = { GIT_INDEX_FILE: join(this.path, `index-${this.commits}`) };
    this.git(['update-index', '-z', '--index-info'], Buffer.concat(lines), index);
    return this.line(['write-tree', '--missing-ok'], '', index);
  }

  /** A tree of one level, of names that git itself would refuse. */
  flatTree(entries: readonly (readonly [name: string, entry: Entry])[]): string {
    const lines = entries.map(([name, entry]) => {
      const { mode, data } = plain(entry);
      const [type, id] = mode === '040000' ? ['tree', String(data)] : ['blob', this.object('blob', data)];
      return `${mode} ${type} ${id}\t${name}\0`;
    });
    return this.line(['mktree', '-z'], lines.join(''));
  }

  /** Commits, and lets main point there; gives the id. Each commit is a minute later than the one before. */
  commit({ files = {}, tree = this.tree(files), ...draft }: Draft): string {
    const { parents = this.head === '' ? [] : [this.head], headers = '', message = 'work\n' } = draft;
    const time = 1_700_000_000 + 60 * this.commits++;
    const { author = `Ada <ada@example.org> ${time} +0100` } = draft;
    const object = [
      `tree ${tree}\n${parents.map((id) => `parent ${id}\n`).join('')}author `,
      ...[author, `\ncommitter Bob <bob@example.org> ${time} -0230\n${headers}\n`, message],
    ];
    return this.point(
      this.object('commit', Buffer.concat(object.map((part) => Buffer.from(part as string)))),
    );
  }

  /** Commits many files at once, by git-fast-import(1), on top of the last commit and in place of all that it has. */
  commitMany(files: Iterable<readonly [path: string, data: string | Buffer]>): string {
    const on = this.head === '' ? '' : `from ${this.head}\ndeleteall\n`;
    const time = `<bob@example.org> ${1_700_000_000 + 60 * this.commits++} -0230`;
    const stream = [Buffer.from(`commit refs/heads/main\ncommitter Bob ${time}\ndata 5\nmany\n\n${on}`)];
    for (const [path, data] of files) {
      const content = Buffer.from(data as string);
      stream.push(
        Buffer.from(`M 100644 inline ${path}\ndata ${content.length}\n`),
        content,
        Buffer.from('\n'),
      );
    }
    this.git(['fast-import', '--quiet', '--force'], Buffer.concat(stream));
    return this.point(this.line(['rev-parse', 'refs/heads/main']));
  }

  /** Lets main point at a commit. */
  point(id: string): string {
    this.git(['update-ref', 'refs/heads/main', id]);
    this.head = id;
    return id;
  }
}

function pairs(files: Files): readonly (readonly [Name, Entry])[] {
  return Array.isArray(files) ? files : Object.entries(files as Readonly<Record<string, Entry>>);
}

function plain(entry: Entry): { readonly mode: string; readonly data: string | Buffer } {
  return typeof entry === 'string' || Buffer.isBuffer(entry) ? { mode: '100644', data: entry } : entry;
}

/** So many numbered lines. */
export function lines(count: number, word = 'line'): string {
  return Array.from({ length: count }, (_, at) => `${word} ${at}\n`).join('');
}
