import { type BadSpec, bad, good } from './good-spec.ts';

/** Files that are JSON, but have a value somewhere that no spec has there. */
export function badValues(): BadSpec[] {
  return [...wrongTypes(), ...wrongValues(), ...wrongMining()];
}

type Changes = { readonly [key: string]: unknown };
const spelt = (changes: Changes) => JSON.stringify({ ...good, ...changes });
const inputs = (changes: Changes) => spelt({ inputs: { ...good.inputs, ...changes } });
const config = (changes: Changes) => spelt({ config: { ...good.config, ...changes } });
const validation = (changes: Changes) => spelt({ validation: { ...good.validation, ...changes } });

/** For every field of the spec, a value of a type that it never has. */
function wrongTypes(): BadSpec[] {
  const wrong = (value: unknown) =>
    typeof value === 'string' ? 7 : typeof value === 'number' ? '7' : 'seven';
  const part = (name: string, fields: Changes, spell: (changes: Changes) => string) =>
    Object.entries(fields).flatMap(([field, value]) => [
      bad(`wrong-type-${name}${field}`, spell({ [field]: wrong(value) })),
      bad(`null-${name}${field}`, spell({ [field]: null })),
    ]);
  return [
    ...part('', good, spelt),
    ...part('inputs-', good.inputs, inputs),
    ...part('config-', good.config, config),
    ...part('validation-', good.validation, validation),
    ...['null', 'true', '1', '"llm"', '[]', '[{}]', '{}'].map((value, at) => bad(`document-${at}`, value)),
  ];
}

function wrongValues(): BadSpec[] {
  const cases: Record<string, string> = {
    'kind-unknown': spelt({ kind: 'painting' }),
    'kind-upper-case': spelt({ kind: 'LLM' }),
    'kind-of-another-shape': spelt({ kind: 'mining' }),
    'version-newer': spelt({ version: '2.0' }),
    'version-shorter': spelt({ version: '1' }),
    'key-unknown': spelt({ colour: 'blue' }),
    'key-misspelt': config({ temprature: 1 }),
    'option-of-an-engine': config({ num_predict: 5 }),
    'format-unknown': config({ format: 'xml' }),
    'format-misspelt': config({ format: 'markdwon' }),
    'name-climbs': spelt({ name: '../../etc/passwd' }),
    'name-is-a-path': spelt({ name: 'a/b' }),
    'name-is-a-windows-path': spelt({ name: 'a\\b' }),
    'name-is-dots': spelt({ name: '..' }),
    'name-is-hidden': spelt({ name: '.ssh' }),
    'name-is-an-option': spelt({ name: '-rf' }),
    'name-is-empty': spelt({ name: '' }),
    'name-has-65-characters': spelt({ name: 'a'.repeat(65) }),
    'name-has-a-line-end': spelt({ name: 'a\n' }),
    'name-has-a-nul': spelt({ name: 'a\0b' }),
    'name-is-unicode': spelt({ name: 'caf\u00e9' }),
    'prompt-is-empty': inputs({ prompt: '' }),
    'prompt-is-missing': inputs({ prompt: undefined }),
    'inputs-are-missing': spelt({ inputs: undefined }),
    'role-unknown': inputs({ context: [{ role: 'tool', content: '' }] }),
    'context-has-more-keys': inputs({ context: [{ role: 'user', content: '', name: 'x' }] }),
    'file-is-empty': inputs({ files: [''] }),
    'file-has-a-nul': inputs({ files: ['a\0.md'] }),
    'file-has-an-escape': inputs({ files: ['\u001b]0;title\u0007'] }),
    'files-are-101': inputs({ files: Array.from({ length: 101 }, (_, at) => `${at}.md`) }),
    'model-is-empty': config({ model: '' }),
    'model-is-an-option': config({ model: '--help' }),
    'model-has-a-control-character': config({ model: 'ollama:a\u0007' }),
    'model-has-a-line-end': config({ model: 'ollama:a\nb' }),
    'model-is-long': config({ model: 'a'.repeat(257) }),
    'temperature-is-high': config({ temperature: 2.01 }),
    'temperature-is-negative': config({ temperature: -0.1 }),
    'top-p-is-zero': config({ top_p: 0 }),
    'seed-is-a-fraction': config({ seed: 1.5 }),
    'seed-is-negative': config({ seed: -1 }),
    'seed-is-2-to-31': config({ seed: 2 ** 31 }),
    'max-tokens-is-zero': config({ max_tokens: 0 }),
    'stop-is-empty': config({ stop: [''] }),
    'context-length-is-small': config({ context_length: 127 }),
    'lengths-are-crossed': validation({ min_length: 2, max_length: 1 }),
    'length-is-negative': validation({ min_length: -1 }),
    'json-schema-is-a-list': validation({ json_schema: [] }),
    'tag-is-long': spelt({ tags: ['a'.repeat(65)] }),
    'tags-are-33': spelt({ tags: Array.from({ length: 33 }, String) }),
  };
  return Object.entries(cases).map(([name, content]) => bad(name, content));
}

function wrongMining(): BadSpec[] {
  const mining = (changes: Changes) =>
    JSON.stringify({ kind: 'mining', version: '1.0', inputs: { repository: { path: '.' } }, ...changes });
  const repository = (value: Changes) => mining({ inputs: { repository: value } });
  const cases: Record<string, string> = {
    'repository-none': repository({}),
    'repository-two-ways': repository({ path: '.', url: 'https://git.example/a.git' }),
    'repository-without-name': repository({ owner: 'a' }),
    'owner-is-an-option': repository({ owner: '-a', name: 'b' }),
    'owner-is-a-path': repository({ owner: '../a', name: 'b' }),
    'repository-path-has-a-nul': repository({ path: 'a\0b' }),
    'commit-is-short': mining({ inputs: { repository: { path: '.' }, commits: ['abc'] } }),
    'commit-is-a-range': mining({ inputs: { repository: { path: '.' }, commits: ['HEAD~1..HEAD'] } }),
    'commit-is-an-option': mining({ inputs: { repository: { path: '.' }, commits: ['--output=x'] } }),
    'limit-is-zero': mining({ config: { limit: 0 } }),
    'fetch-mode-unknown': mining({ config: { fetch_mode: 'deep' } }),
    'output-file-climbs': mining({ output: { per_commit_files: ['../x'] } }),
    'analysis-without-commit': JSON.stringify({ kind: 'analysis', version: '1.0', inputs: {} }),
  };
  return Object.entries(cases).map(([name, content]) => bad(name, content));
}
