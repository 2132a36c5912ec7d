// C0 and C1 controls but for line end and tab, and the marks that reorder text (Unicode bidirectional controls).
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text that can do nothing to a terminal: control and bidirectional characters are shown as escapes. */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
