// A space ends a word; the others would make a cell be quoted, or break its line.
const special = /[\s%,"\p{Cc}]/gu;

/** Words as one cell of runs.csv: parted by spaces, with what would part or quote them percent-encoded (RFC 3986). */
export function formatWords(words: readonly string[] = []): string {
  return words.map((word) => word.replace(special, encodeURIComponent)).join(' ');
}

/** The words of a cell that `formatWords` made; one that was written by hand and cannot be decoded is given as it is. */
export function parseWords(cell: string): string[] {
  return cell === '' ? [] : cell.split(' ').map(decoded);
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
