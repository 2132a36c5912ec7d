import * as z from 'zod';
import { anyJson } from '../json/any-json.ts';
import { variablePattern } from '../masking/dotenv.ts';
import { once } from '../once.ts';
import { line, text } from '../text-schema.ts';
import { miningFields } from './mining-spec.ts';

/** The version that every spec of today carries; a spec of another version is refused. */
export const SPEC_VERSION = '1.0';

/** The model that answers where neither spec nor command names one: small, and had without a server. */
export const DEFAULT_MODEL = 'llamacpp:smollm2';

/** The names that a run, a spec and their folders may have: they become part of paths. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What a model may be called: it begins with a letter, a digit, ".", "_" or "/", and holds no control characters. */
export const modelPattern = /^[A-Za-z0-9._/][^\u0000-\u001f\u007f]{0,255}$/u;
const modelName = once(() =>
  z.string().regex(modelPattern, 'backend:NAME, such as ollama:qwen2.5:7b or llamacpp:smollm2'),
);

/** The fields that every kind of spec has besides its `inputs`. */
const commonFields = once(() => ({
  version: z.literal(SPEC_VERSION).describe('The version of this format.'),
  name: z
    .string()
    .regex(namePattern, 'letters, digits, ".", "_" and "-", at most 64, beginning with a letter or digit')
    .exactOptional()
    .describe("What the run is called; the spec file's own name if left out."),
  description: text(4096).default('').describe('What this is for, in words.'),
  tags: z.array(text(64).min(1)).max(32).default([]).describe('Words to find the run by.'),
  allow_net: z.boolean().default(false).describe('Whether hosts other than this machine may be reached.'),
  secrets: z
    .array(z.string().regex(variablePattern, 'the name of a variable, such as OPENAI_API_KEY'))
    .max(32)
    .default([])
    .describe(
      'Names of secrets that the run needs, never their values: looked up in secrets/.env.lab, then in the environment.',
    ),
  metadata: z.record(z.string(), anyJson).default({}).describe('Anything else; kept, never read.'),
}));

const message = once(() =>
  z.strictObject({
    role: z.enum(['system', 'user', 'assistant']),
    content: text(1_048_576),
  }),
);

/** What an `llm` spec gives the model. */
const llmInputs = once(() =>
  z.strictObject({
    prompt: text(1_048_576).min(1).describe('The question: the last message, from the user.'),
    system: text(1_048_576).exactOptional().describe('The system message, first of all.'),
    context: z.array(message()).max(1000).default([]).describe('Earlier turns of the conversation.'),
    files: z
      .array(line(1024))
      .max(100)
      .default([])
      .describe(
        'Text files to read, relative to the spec, inside the lab; given to the model as quoted context.',
      ),
  }),
);

/** The greatest seed that every engine takes. */
export const GREATEST_SEED = 2_147_483_647;

/** How the model answers. Every field is sent to the backend in so many words. */
const llmConfig = once(() =>
  z.strictObject({
    model: modelName().default(DEFAULT_MODEL).describe('backend:name, as `timelab model list` prints it.'),
    temperature: z.number().min(0).max(2).default(0).describe('0 always takes the likeliest token.'),
    top_p: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe('Nucleus sampling: the share of probability drawn from.'),
    seed: z.int().min(0).max(GREATEST_SEED).default(0).describe('Where the random numbers start.'),
    max_tokens: z.int().min(1).max(1_048_576).default(512).describe('The longest answer, in tokens.'),
    stop: z
      .array(text(256).min(1))
      .max(16)
      .default([])
      .describe('Texts that end the answer; not part of it.'),
    format: z
      .enum(['text', 'json', 'markdown'])
      .default('text')
      .describe('What the answer is, and its file extension.'),
    stream: z
      .boolean()
      .default(false)
      .describe('Whether the answer is shown on stderr as it comes, as --show does.'),
    context_length: z
      .int()
      .min(128)
      .max(1_048_576)
      .default(4096)
      .describe('The context window, in tokens; sent, because servers choose one by their memory.'),
    repeat: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('How often to ask: a line of output.jsonl for each answer, each with the next seed.'),
    cpu: z
      .string()
      .regex(/^[a-z0-9._]{1,32}$/, 'a variant of the embedded engine, such as haswell')
      .exactOptional()
      .describe("The variant of the embedded engine's code to run; another one gives other words."),
    threads: z
      .int()
      .min(1)
      .max(256)
      .exactOptional()
      .describe('How many threads work on an answer; embedded one if left out, else as the server chooses.'),
  }),
);

/** What must hold of an answer; a failed check ends the run with exit code 65 and keeps the answer. */
const validation = once(() =>
  z.strictObject({
    min_length: z.int().min(0).exactOptional().describe('Characters (Unicode code points), at least.'),
    max_length: z.int().min(0).exactOptional().describe('Characters (Unicode code points), at most.'),
    must_contain: z.array(text(4096).min(1)).max(100).default([]),
    must_not_contain: z.array(text(4096).min(1)).max(100).default([]),
    json_schema: z
      .record(z.string(), anyJson)
      .exactOptional()
      .describe('A JSON Schema (draft-07): the model is held to it where it can be, the answer always.'),
  }),
);

/** A question to a language model; run by `timelab ai`. */
export const llmSpec = once(() =>
  z
    .strictObject({
      kind: z.literal('llm'),
      ...commonFields(),
      inputs: llmInputs(),
      config: llmConfig().prefault({}),
      validation: validation().prefault({}),
    })
    .describe('A question to a language model.'),
);

/** A history to be mined, whole (`mining`) or only as far as the extractor (`extraction`); run by `timelab mine`. */
export const miningSpec = once(() =>
  z
    .strictObject({ kind: z.enum(['mining', 'extraction']), ...commonFields(), ...miningFields() })
    .describe('A git history to be mined.'),
);

/** One commit to be summarised; run by `timelab summ`. */
export const analysisSpec = once(() =>
  z
    .strictObject({
      kind: z.literal('analysis'),
      ...commonFields(),
      inputs: z.strictObject({
        commit: line(256).describe('The commit: an id or any revision that names one.'),
        repository: miningFields().inputs.shape.repository.exactOptional(),
      }),
      config: z
        .strictObject({
          model: modelName()
            .exactOptional()
            .describe('The model that adds a section in its own words, if any.'),
        })
        .prefault({}),
    })
    .describe('One commit to be summarised.'),
);

/** Any spec, told apart by `kind`. */
export const anySpec = once(() => z.discriminatedUnion('kind', [llmSpec(), miningSpec(), analysisSpec()]));

export type LlmSpec = z.output<ReturnType<typeof llmSpec>>;
export type LlmConfig = LlmSpec['config'];
export type MiningSpec = z.output<ReturnType<typeof miningSpec>>;
export type AnalysisSpec = z.output<ReturnType<typeof analysisSpec>>;
export type Spec = z.output<ReturnType<typeof anySpec>>;
export type SpecKind = Spec['kind'];
