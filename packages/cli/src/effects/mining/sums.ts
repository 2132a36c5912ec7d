import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/** Puts the digests of files right in a list of them in the form of sha256sum(1), if there is one. */
export async function mendSums(list: string, digests: ReadonlyMap<string, string>): Promise<void> {
  if (!existsSync(list)) return;
  const lines = (await readFile(list, 'utf8')).split('\n');
  const mended = lines.map((line) => {
    const digest = digests.get(line.slice(66));
    return digest === undefined ? line : `${digest}  ${line.slice(66)}`;
  });
  await writeFile(list, mended.join('\n'));
}
