/**
 * Whether a word fits a pattern in which `*` stands for any characters and `?` for one, capitals as they are. It takes
 * no longer than the product of their lengths: only the last `*` is ever gone back to.
 */
export function fitsWildcard(word: string, pattern: string): boolean {
  let [at, place, star, from] = [0, 0, -1, 0];
  while (at < word.length) {
    if (pattern[place] === '*') {
      star = place;
      from = at;
      place += 1;
    } else if (place < pattern.length && (pattern[place] === '?' || pattern[place] === word[at])) {
      at += 1;
      place += 1;
    } else if (star < 0) {
      return false;
    } else {
      from += 1;
      at = from;
      place = star + 1;
    }
  }
  return /^\**$/.test(pattern.slice(place));
}
