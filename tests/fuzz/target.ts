/** A reader of what strangers write: what good input looks like, which words mean something in it, and what must hold of any. */
export interface Target {
  readonly corpus: readonly Buffer[];
  readonly words: readonly string[];
  /** Throws where something does not hold; what a reader itself throws for bad input is a Problem, which does. */
  readonly hold: (input: Buffer, seed: number) => Promise<void> | void;
}

/** Signs and words that JSON, and those who read it, take for something. */
export const jsonWords = [
  ...['{', '}', '[', ']', ':', ',', '"', '\\', '\\u0000', '\\ud800', '\\"', '/*', '\ufeff', '\0', '\r\n'],
  ...[
    'null',
    'true',
    '-0',
    '1e400',
    '-1',
    '9007199254740993',
    '0x1',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...['"../../x"', '"/etc/passwd"', '"kind"', '"inputs"', '"config"', '"schema_version"', '"2.0"', '"1.7"'],
];
