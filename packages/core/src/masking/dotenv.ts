/** The variables of a file of them, or the first line that is none, counted from 1. */
export type DotenvReading = { readonly values: ReadonlyMap<string, string> } | { readonly badLine: number };

/** A variable's name, as shells take it. */
export const variablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/**
 * Reads lines of `NAME=value` as Node's own `util.parseEnv` does: `export` may stand before, quotes of three kinds around
 * a value, which may then go over lines, and a comment behind. Two things are otherwise: a "#" inside a word is part of
 * it, as for shells, and a line that is none of these is told, for what cannot be read cannot be masked.
 */
export function readDotenv(text: string): DotenvReading {
  const values = new Map<string, string>();
  const rest = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  for (let at = 0; at < rest.length; ) {
    entry.lastIndex = at;
    const match = entry.exec(rest);
    if (match === null) return { badLine: rest.slice(0, at).split('\n').length };
    const { name, quote, quoted, bare = '' } = match.groups ?? {};
    if (name !== undefined)
      values.set(name, quote === undefined ? bare.trim() : unquoted(quote, quoted ?? ''));
    at = entry.lastIndex;
  }
  return { values };
}

/** One line, or one variable over several: nothing, a comment, or a name and its value; a comment begins behind a space. */
const entry =
  /[ \t]*(?:(?:#[^\n]*)?|(?:export[ \t]+)?(?<name>[A-Za-z_]\w{0,127})[ \t]*=(?:[ \t]*(?<quote>["'`])(?<quoted>(?:(?!\k<quote>)[\s\S])*)\k<quote>[ \t]*(?:#[^\n]*)?|(?![ \t]*["'`])(?<bare>(?:(?![ \t]#)[^\n])*)(?:[ \t]#[^\n]*)?))(?:\n|$)/y;

const unquoted = (quote: string, text: string) => (quote === '"' ? text.replaceAll('\\n', '\n') : text);
