import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

// The digits of Nix's base 32: no e, o, t or u.
const digits = '0123456789abcdfghijklmnpqrsvwxyz'; // pragma: allowlist secret

/**
 * What a closure of the Nix store is made of, from the file that nixpkgs' `closureInfo` writes and what is `known` of each
 * path; the path `root` leads the bill. A part's hash is that of its NAR, which is what Nix checks.
 */
export function partsOfTheClosure(registration, root, known) {
  const paths = readRegistration(readFileSync(registration, 'utf8'));
  const parts = paths.map(({ name, hash }) => part(name, hash, known[name]));
  const rootRef = refOf(basename(root));
  const { scope, ...lead } = parts.find((one) => one['bom-ref'] === rootRef);
  return {
    phase: 'post-build',
    root: { ...lead, type: 'application' },
    components: parts.filter((one) => one['bom-ref'] !== rootRef),
    edges: new Map(paths.map(({ name, references }) => [refOf(name), references.map(refOf)])),
  };
}

const refOf = (name) => `nix:${name}`;

/** Records of the lines path, hash, size, deriver, count of references, and these, as `nix-store --load-db` reads them. */
function readRegistration(text) {
  const lines = text.split('\n');
  const paths = [];
  for (let at = 0; lines[at]; ) {
    const [path, hash, , , count] = lines.slice(at, at + 5);
    const end = at + 5 + Number(count);
    paths.push({
      name: basename(path),
      hash,
      references: lines
        .slice(at + 5, end)
        .filter((one) => one !== path)
        .map((one) => basename(one)),
    });
    at = end;
  }
  return paths;
}

function part(storeName, hash, known) {
  const { name, version, licenses = [] } = known ?? parsed(storeName);
  return {
    type: 'library',
    'bom-ref': refOf(storeName),
    name,
    ...(version === '' ? {} : { version }),
    scope: 'required',
    hashes: [{ alg: 'SHA-256', content: inHex(hash) }],
    ...(licenses.length === 0 ? {} : { licenses }),
    purl: `pkg:nix/${encodeURIComponent(name)}${version === '' ? '' : `@${encodeURIComponent(version)}`}`,
  };
}

/** A store path's name without its digest: the version begins after the first dash that no letter follows, as Nix has it. */
function parsed(storeName) {
  const [, name, version = ''] = /^[^-]+-(.+?)(?:-([^a-zA-Z].*))?$/.exec(storeName);
  return { name, version };
}

/** A sha256 in the hexadecimal form, from that or from Nix's own base 32, whose last digit holds the lowest bits. */
function inHex(hash) {
  const value = hash.replace(/^sha256:/, '');
  if (/^[0-9a-f]{64}$/.test(value)) return value;
  const bytes = new Uint8Array(32);
  [...value].reverse().forEach((digit, place) => {
    const bit = place * 5;
    const bits = digits.indexOf(digit) << (bit % 8);
    bytes[bit >> 3] |= bits;
    if (bit >> 3 < 31) bytes[(bit >> 3) + 1] |= bits >> 8;
  });
  return Buffer.from(bytes).toString('hex');
}
