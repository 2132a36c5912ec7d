/**
 * The forms in which a secret's value is found in texts: as it is, in base64 wherever it begins in a group of three
 * bytes, standard and URL-safe, in a URL, and as JSON, shells and CSV write it. The longest is at most six times as long.
 */
export function secretForms(value: string): string[] {
  const whole = value.toWellFormed();
  const json = inJson(whole);
  const forms = [
    whole,
    ...[json, slashed(json), asciiOnly(json), inJson(json), inJson(asciiOnly(json))],
    ...urlForms(whole),
    ...base64Forms(whole),
    whole.replaceAll("'", "'\\''"),
    whole.replaceAll('"', '""'),
    inMarkup(whole),
  ];
  return [...new Set(forms)];
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

/** As some writers of JSON have it, who escape the solidus too. */
const slashed = (json: string) => json.replaceAll('/', '\\/');

/** As writers of JSON have it that keep to ASCII, Python's for one. */
const asciiOnly = (json: string) =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const inMarkup = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Percent-encoding (RFC 3986) of all but the unreserved, of what JavaScript escapes, and as forms write spaces; digits of both cases. */
function urlForms(text: string): string[] {
  const loose = encodeURIComponent(text);
  const strict = loose.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const upper = [loose, strict, strict.replaceAll('%20', '+')];
  const lower = upper.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  return [...upper, ...lower];
}

/** What base64 (RFC 4648) makes of the value in any text that holds it: of each alignment the digits that are the value's alone. */
function base64Forms(text: string): string[] {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return [0, 1, 2].flatMap((before) => {
    const bits = 8 * (before + bytes.length);
    const digits = btoa('\0'.repeat(before) + bytes).slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
    return [digits, digits.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
