import * as z from 'zod';

/**
 * A schema for texts of at most so many characters, counted as Unicode code points: so JSON Schema's maxLength
 * counts, and so do other languages, while zod's own `max` counts UTF-16 code units.
 */
export const text = (max: number) =>
  z
    .string()
    .refine((value) => fits(value, max), `must be at most ${max} characters long`)
    .meta({ maxLength: max });

/** A schema for texts of one line: at least one character, no control characters, which terminals obey and paths cannot hold. */
export const line = (max: number) =>
  text(max).regex(/^[^\u0000-\u001f\u007f]+$/u, 'a text without control characters, not empty');

function fits(value: string, max: number): boolean {
  return value.length <= max || (value.length <= 2 * max && Array.from(value).length <= max);
}
