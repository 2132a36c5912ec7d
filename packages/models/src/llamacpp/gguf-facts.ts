import { type ModelDescription, Problem } from '@timelab/core';
import { countField, isRecord, textField } from '../network/server-words.ts';
import type { WeightsPlace } from '../shelf/weights-path.ts';
import type { Engine } from './engine.ts';

/** What a weights file says of itself. */
export type GgufFacts = Pick<
  ModelDescription,
  'license' | 'quantization' | 'parameters' | 'architecture' | 'contextLength'
>;

/** The word lists of the tokenizer: most of the header, and nothing that is asked here. */
const ignoreKeys = ['tokenizer.ggml.tokens', 'tokenizer.ggml.merges', 'tokenizer.ggml.token_type'];

/** Reads the header of a GGUF file. Throws `weights_invalid` if it has none, or is one part of several. */
export async function readGgufFacts(
  { library }: Engine,
  { path, shownName }: WeightsPlace,
): Promise<GgufFacts> {
  const options = {
    sourceType: 'filesystem',
    readTensorInfo: false,
    spliceSplitFiles: false,
    logWarnings: false,
  } as const;
  const { metadata } = await library
    .readGgufFileInfo(path, { ...options, ignoreKeys })
    .catch((cause: unknown) => {
      throw new Problem('weights_invalid', `${shownName} is not a GGUF file.`, {
        hint: 'Give a whole GGUF file; other formats can be converted with llama.cpp.',
        cause,
      });
    });
  refusePart(shownName, metadata);
  const { general } = metadata;
  const format = library.GgufFileType[general.file_type ?? -1]?.replace(/^(MOSTLY|ALL)_/, '');
  return {
    ...field('license', textField({ ...general }, 'license')),
    ...field('quantization', format),
    ...field('parameters', textField({ ...general }, 'size_label')),
    ...field('architecture', textField({ ...general }, 'architecture')),
    ...field('contextLength', contextLength(metadata, general.architecture)),
  };
}

/** One digest must stand for all of the weights, so they must be in one file. */
function refusePart(shownName: string, metadata: object): void {
  const split =
    'split' in metadata && isRecord(metadata.split) ? countField(metadata.split, 'count') : undefined;
  if (split === undefined || split <= 1) return;
  throw new Problem('weights_invalid', `${shownName} is one of ${split} parts.`, {
    hint: 'Join them into one file first, with `llama-gguf-split --merge`.',
  });
}

function contextLength(metadata: object, architecture: string): number | undefined {
  const section: unknown = Object.entries(metadata).find(([name]) => name === architecture)?.[1];
  return isRecord(section) ? countField(section, 'context_length') : undefined;
}

function field<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: Value });
}
