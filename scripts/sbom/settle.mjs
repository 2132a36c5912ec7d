import { createHash } from 'node:crypto';

/**
 * A bill of material in a form that the same parts always have: sorted, without the time and the place of its making,
 * and with a serial number that its contents give. `parts` are `{ tools, root, components, edges }`, and `phase` where
 * they were not read before a build; `root` has a `bom-ref`, and `edges` is a Map of what each reference depends on.
 */
export function settle({ phase = 'pre-build', tools, root, components, edges }) {
  const refs = [root, ...components].map((part) => part['bom-ref']).sort();
  const known = new Set(refs);
  const body = {
    version: 1,
    metadata: { lifecycles: [{ phase }], tools, component: root },
    components: [...components].sort(byRef),
    dependencies: refs.map((ref) => ({ ref, ...dependsOn(edges.get(ref) ?? [], known) })),
  };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialNumber(body), ...body };
}

function dependsOn(refs, known) {
  const left = [...new Set(refs)].filter((ref) => known.has(ref)).sort();
  return left.length === 0 ? {} : { dependsOn: left };
}

// A UUID of version 8 is its maker's own to fill: RFC 9562, section 5.8.
function serialNumber(body) {
  const hex = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16], 16) % 4];
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return `urn:uuid:${groups.join('-')}`;
}

const byRef = (a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1);

/** Every reference that can be reached from some, these included, by the edges of a Map. */
export function reached(from, edges) {
  const seen = new Set();
  const waiting = [...from];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (seen.has(ref)) continue;
    seen.add(ref);
    waiting.push(...(edges.get(ref) ?? []));
  }
  return seen;
}

/** A licence as CycloneDX has it: one by its SPDX id, several by an expression, where crates may still write a slash. */
export function licences(declared) {
  if (declared === undefined || declared === null) return {};
  const expression = declared.replaceAll('/', ' OR ');
  const entry = /^[\w.-]+$/.test(expression) ? { license: { id: expression } } : { expression };
  return { licenses: [entry] };
}
