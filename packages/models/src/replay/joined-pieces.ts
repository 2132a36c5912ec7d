/**
 * What a reply says at each place of its JSON parts, the pieces joined: the answer, what the model thought before it, and
 * whatever else a server streams, under whatever name. Only so is a word seen that was cut in two between parts. Takes JSON
 * lines and server-sent events; what is no JSON is passed over.
 */
export function joinedPieces(reply: string): string[] {
  const texts = new Map<string, string>();
  for (const part of partsOf(reply))
    for (const [place, piece] of piecesOf(part)) texts.set(place, (texts.get(place) ?? '') + piece);
  return [...texts.values()];
}

/** Every JSON part: a line, or the data of an event, which may be several lines (WHATWG HTML, section 9.2.6). */
function partsOf(reply: string): unknown[] {
  const blocks = reply.replace(/\r\n?/g, '\n').split(/\n{2,}/);
  const texts = blocks.flatMap((block) => {
    const lines = block.split('\n');
    const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length));
    return data.length === 0 ? lines : [data.join('\n')];
  });
  return texts.map(read);
}

/** What a text holds as JSON, however deep it is: what is not looked into could hide a word. */
function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The texts in a part in their order, each with its place, in which those of one list are the same. */
function* piecesOf(part: unknown): Generator<readonly [place: string, piece: string]> {
  // Not by recursion: a part may be nested deeper than calls can be.
  const open: (readonly [string, unknown])[] = [['', part]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [place, value] = next;
    if (typeof value === 'string') yield [place, value];
    if (typeof value !== 'object' || value === null) continue;
    const isList = Array.isArray(value);
    for (const [key, inner] of Object.entries(value).reverse())
      open.push([isList ? place : `${place}/${key}`, inner]);
  }
}
