/** The longest piece of a server's own words that a message quotes, in characters. */
const LONGEST_QUOTE = 300;

/** A stranger's text on one line, without control characters, short enough to stand in a message. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}

/** What a server says went wrong: the `error` of its JSON (a text, or an object with a `message`), else its text as it is. */
export function errorWords(body: string): string {
  const value = parsed(body);
  if (!isRecord(value)) return quoted(body);
  const error = value['error'];
  if (typeof error === 'string') return quoted(error);
  if (isRecord(error) && typeof error['message'] === 'string') return quoted(error['message']);
  return quoted(body);
}

/** The JSON value of a text, or nothing if it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a JSON value is an object, whose fields may be looked at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field's text, if it is one and not empty: what a server does not know is left out, never kept as "". */
export function textField(record: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = record[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A field's count, if it is a whole number of zero or more. */
export function countField(record: Readonly<Record<string, unknown>>, field: string): number | undefined {
  const value = record[field];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
