import { isDeeperThan } from './json/json-depth.ts';
import type { LlmSpec } from './spec/spec.ts';

/** One thing that had to hold of an answer, and whether it did. */
export interface Verdict {
  readonly check: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** What is wrong with a JSON value by a JSON Schema: empty if nothing. The caller brings the validator. */
export type SchemaCheck = (schema: Readonly<Record<string, unknown>>, value: unknown) => readonly string[];

/** Holds an answer against everything its spec asked of it; every check is made, none stops the others. */
export function checkAnswer(spec: LlmSpec, answer: string, schemaCheck: SchemaCheck): Verdict[] {
  const { min_length, max_length, must_contain, must_not_contain } = spec.validation;
  const length = Array.from(answer).length;
  return [
    ...(min_length === undefined
      ? []
      : [verdict(`min_length ${min_length}`, length >= min_length, `has ${length}`)]),
    ...(max_length === undefined
      ? []
      : [verdict(`max_length ${max_length}`, length <= max_length, `has ${length}`)]),
    ...must_contain.map((text) => verdict(`must_contain ${JSON.stringify(text)}`, answer.includes(text))),
    ...must_not_contain.map((text) =>
      verdict(`must_not_contain ${JSON.stringify(text)}`, !answer.includes(text)),
    ),
    ...checkJson(spec, answer, schemaCheck),
  ];
}

function checkJson(spec: LlmSpec, answer: string, schemaCheck: SchemaCheck): Verdict[] {
  const schema = spec.validation.json_schema;
  if (spec.config.format !== 'json' && schema === undefined) return [];
  const { value, fault = '' } = parse(answer);
  if (fault !== '') return [verdict('json', false, fault)];
  const json = verdict('json', true);
  if (schema === undefined) return [json];
  const faults = schemaCheck(schema, value);
  return [json, verdict('json_schema', faults.length === 0, tell(faults))];
}

/** How many faults of one answer are told, and how many characters of each: an answer may be megabytes of them. */
const MOST_TOLD = 20;
const LONGEST_TOLD = 300;

function tell(faults: readonly string[]): string {
  const told = faults.slice(0, MOST_TOLD).map(cut);
  const others = faults.length - told.length;
  return [...told, ...(others === 0 ? [] : [`and ${others} more`])].join('; ');
}

// A key of the answer can hold half of a surrogate pair, as can what is left of one that is cut.
function cut(text: string): string {
  const short = text.length <= LONGEST_TOLD ? text : `${text.slice(0, LONGEST_TOLD - 1)}…`;
  return short.toWellFormed();
}

/** How long an answer may be, in UTF-16 code units, and how deep, to be looked at as JSON: a model can be led to write any. */
export const answerLimits = { characters: 16 * 1024 * 1024, depth: 64 } as const;

function parse(text: string): { readonly value?: unknown; readonly fault?: string } {
  const { characters, depth } = answerLimits;
  if (text.length > characters) return { fault: `the answer is more than ${characters} characters long` };
  try {
    const value: unknown = JSON.parse(text);
    return isDeeperThan(value, depth) ? { fault: `the answer is more than ${depth} deep` } : { value };
  } catch {
    return { fault: 'the answer is not JSON' };
  }
}

function verdict(check: string, ok: boolean, detail = ''): Verdict {
  return detail === '' || ok ? { check, ok } : { check, ok, detail };
}
