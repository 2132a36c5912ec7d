/** Words as a POSIX shell takes them, one space between: those that it would change are quoted. */
export function shellWords(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
