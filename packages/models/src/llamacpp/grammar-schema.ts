import { isRecord } from '../network/server-words.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The name under which "any JSON value" stands among the definitions. */
const ANY = 'any JSON value';
const any = { $ref: `#/$defs/${ANY}` };
const anyValue = {
  oneOf: [
    { type: ['string', 'number', 'boolean', 'null'] },
    { type: 'object', additionalProperties: any },
    { type: 'array', items: any },
  ],
};

/** A grammar writes a bound out, once for each repetition, so that large ones are left to the check of the answer. */
const LARGEST_BOUND = 256;

/**
 * A JSON Schema (draft-07) in the smaller language that the engine makes grammars of. What that language cannot say (patterns, ranges,
 * `allOf`, `not`) becomes "any value" at its place and never something narrower by mistake: the answer is checked
 * against the whole schema afterwards. Named properties are all written, and no others where some are named.
 */
export function grammarSchema(schema: Schema): Schema {
  const named = { ...definitions(schema['definitions']), ...definitions(schema['$defs']) };
  const names = new Set(Object.keys(named));
  const $defs = Object.fromEntries(
    Object.entries(named).map(([name, node]) => [name, translate(node, names)]),
  );
  return { ...translate(schema, names), $defs: { ...$defs, [ANY]: anyValue } };
}

function definitions(value: unknown): Schema {
  return isRecord(value) ? value : {};
}

function translate(node: unknown, names: ReadonlySet<string>): Schema {
  if (!isRecord(node)) return any;
  if (typeof node['$ref'] === 'string') return reference(node['$ref'], names);
  if (isScalar(node['const'])) return { const: node['const'] };
  if (Array.isArray(node['enum'])) return scalars(node['enum']);
  const type = node['type'] ?? impliedType(node);
  if (Array.isArray(type))
    return oneOf(
      type.map((single) => ({ ...node, type: single })),
      names,
    );
  if (type === undefined) return choice(node, names);
  return typed(type, node, names);
}

function reference(target: string, names: ReadonlySet<string>): Schema {
  const name = /^#\/(?:definitions|\$defs)\/([^/~%]+)$/.exec(target)?.[1] ?? '';
  return names.has(name) ? { $ref: `#/$defs/${name}` } : any;
}

function scalars(values: readonly unknown[]): Schema {
  return values.length > 0 && values.every(isScalar) ? { enum: [...new Set(values)] } : any;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function impliedType(node: Schema): string | undefined {
  if (isRecord(node['properties'])) return 'object';
  return node['items'] === undefined ? undefined : 'array';
}

function choice(node: Schema, names: ReadonlySet<string>): Schema {
  const choices = node['oneOf'] ?? node['anyOf'] ?? node['allOf'];
  if (!Array.isArray(choices) || choices.length === 0) return any;
  return node['allOf'] === choices && choices.length > 1 ? any : oneOf(choices, names);
}

function oneOf(nodes: readonly unknown[], names: ReadonlySet<string>): Schema {
  return nodes.length > 0 ? { oneOf: nodes.map((node) => translate(node, names)) } : any;
}

function typed(type: unknown, node: Schema, names: ReadonlySet<string>): Schema {
  switch (type) {
    case 'object':
      return object(node, names);
    case 'array':
      return array(node, names);
    case 'string':
      return text(node);
    case 'number':
    case 'integer':
    case 'boolean':
    case 'null':
      return { type };
    default:
      return any;
  }
}

function object(node: Schema, names: ReadonlySet<string>): Schema {
  const properties = Object.entries(definitions(node['properties']));
  if (properties.length > 0) {
    const translated = properties.map(([name, value]) => [name, translate(value, names)]);
    return { type: 'object', properties: Object.fromEntries(translated) };
  }
  const others = node['additionalProperties'];
  return { type: 'object', additionalProperties: others === false ? false : translate(others, names) };
}

function array(node: Schema, names: ReadonlySet<string>): Schema {
  const tuple = Array.isArray(node['items']) ? node['items'] : undefined;
  const items = translate(tuple === undefined ? node['items'] : node['additionalItems'], names);
  const { least, most } = bounds(node['minItems'], node['maxItems']);
  if (tuple === undefined)
    return { type: 'array', items, ...named('minItems', least), ...named('maxItems', most) };
  const prefixItems = tuple.map((item) => translate(item, names));
  return { type: 'array', prefixItems, items, minItems: tuple.length, maxItems: tuple.length };
}

function text(node: Schema): Schema {
  const format = node['format'];
  if (format === 'date' || format === 'time' || format === 'date-time') return { type: 'string', format };
  const { least, most } = bounds(node['minLength'], node['maxLength']);
  return { type: 'string', ...named('minLength', least), ...named('maxLength', most) };
}

function bounds(min: unknown, max: unknown): { least?: number; most?: number } {
  const least = usable(min) ? min : undefined;
  const most = usable(max) && max >= (least ?? 0) ? max : undefined;
  return { ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) };
}

function usable(bound: unknown): bound is number {
  return typeof bound === 'number' && Number.isInteger(bound) && bound >= 0 && bound <= LARGEST_BOUND;
}

function named(name: string, bound: number | undefined): Schema {
  return bound === undefined ? {} : { [name]: bound };
}
