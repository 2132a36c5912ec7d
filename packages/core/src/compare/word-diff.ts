/** A piece of two texts laid over each other. */
export interface Piece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Words, blanks and single other characters: so a comma that was added is one piece, and no word is cut. */
const token = /[\p{L}\p{M}\p{N}_]+|\s+|./gsu;

/** The most tokens that are put in and taken out before two texts count as other texts, which bounds the time. */
const MOST_EDITS = 500;

/**
 * One text laid over another, word by word, with as few words changed as can be (E. W. Myers, An O(ND) Difference
 * Algorithm and Its Variations, 1986). Texts that differ in more than 500 places between their common beginning and
 * end are given as one removed and one added piece there. Same and removed pieces together are `a`, same and added `b`.
 */
export function diffWords(a: string, b: string): Piece[] {
  const [from, to] = [a.match(token) ?? [], b.match(token) ?? []];
  const head = commonLength(from, to, (at) => at);
  const tail = commonLength(from.slice(head), to.slice(head), (at, all) => all.length - 1 - at);
  const [removed, added] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)];
  const middle = shortestScript(removed, added) ?? [
    piece('removed', removed.join('')),
    piece('added', added.join('')),
  ];
  const last = piece('same', from.slice(from.length - tail).join(''));
  return merged([piece('same', from.slice(0, head).join('')), ...middle, last]);
}

const piece = (kind: Piece['kind'], text: string): Piece => ({ kind, text });

function commonLength(
  a: readonly string[],
  b: readonly string[],
  place: (at: number, all: readonly string[]) => number,
): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[place(length, a)] === b[place(length, b)]) length += 1;
  return length;
}

/** The greedy algorithm of the paper's figure 2: how far each diagonal gets with so many edits; undefined above the bound. */
function shortestScript(a: readonly string[], b: readonly string[]): Piece[] | undefined {
  const reached = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(MOST_EDITS, a.length + b.length); edits += 1) {
    trace.push(new Map(reached));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = step(reached, diagonal, edits);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return pathBack(a, b, trace);
    }
  }
  return undefined;
}

/** Where a path on a diagonal comes from: down from the one above, or right from the one below. */
function step(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const [below, above] = [reached.get(diagonal - 1) ?? -1, reached.get(diagonal + 1) ?? -1];
  return diagonal === -edits || (diagonal !== edits && below < above) ? above : below + 1;
}

function pathBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Map<number, number>[],
): Piece[] {
  const back: Piece[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reached = trace[edits] ?? new Map();
    const diagonal = x - y;
    const down =
      diagonal === -edits ||
      (diagonal !== edits && (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1));
    const before = down ? diagonal + 1 : diagonal - 1;
    const startX = edits === 0 ? 0 : (reached.get(before) ?? 0);
    const startY = edits === 0 ? 0 : startX - before;
    for (; x > startX && y > startY; x -= 1, y -= 1) back.push(piece('same', a[x - 1] ?? ''));
    if (edits === 0) break;
    back.push(down ? piece('added', b[startY] ?? '') : piece('removed', a[startX] ?? ''));
    [x, y] = [startX, startY];
  }
  return back.reverse();
}

/** Pieces without empty ones, neighbours of a kind joined, what was removed before what was added in its place. */
function merged(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  let [removed, added] = ['', ''];
  const flush = () => {
    if (removed !== '') joined.push(piece('removed', removed));
    if (added !== '') joined.push(piece('added', added));
    [removed, added] = ['', ''];
  };
  for (const { kind, text } of pieces) {
    if (kind === 'removed') removed += text;
    if (kind === 'added') added += text;
    if (kind !== 'same' || text === '') continue;
    flush();
    const last = joined.at(-1);
    if (last?.kind === 'same') joined[joined.length - 1] = piece('same', last.text + text);
    else joined.push(piece('same', text));
  }
  flush();
  return joined;
}
