import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The command lines of all processes that work in a folder, or name it or something in it. */
export function processesOf(folder: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const looks = pids.map((pid) => ({
    line: told(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' '),
    place: told(() => readlinkSync(`/proc/${pid}/cwd`)),
  }));
  const isOf = (text: string) => text.includes(`${folder}/`) || text.includes(`${folder} `);
  return looks.filter(({ line, place }) => isOf(`${line} ${place}/`)).map(({ line }) => line);
}

/** What the system tells of a process: nothing once that has ended. */
export function told(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}
