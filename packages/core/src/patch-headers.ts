/** A header that git wrote without quotes; with `--no-renames` the two names in it are one. */
const header = /^diff --git a\/(.* .*)$/gm;

/**
 * A patch of git's, its bytes read as Latin-1, with the names in its headers quoted wherever they hold a space. Where only
 * the header names a file (binary, empty, another mode), `git apply` up to 2.39 at least does not find the name of
 * `a folder /file`, though `git diff` has written it; what is quoted it reads.
 */
export function quoteHeaders(patch: string): string {
  return patch.replace(header, (line, names: string) => {
    // NAME b/NAME: a line of a hunk would begin with another character, one of a binary holds no space.
    const name = names.slice(0, (names.length - ' b/'.length) / 2);
    return names === `${name} b/${name}` && name.includes(' ') ? `diff --git "a/${name}" "b/${name}"` : line;
  });
}
