// The embedded engine with nothing around it: the anchor for what timelab's own backend costs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const weights = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const [prompt] = process.argv.slice(2);
const resolve = createRequire(join(process.cwd(), 'packages/models/package.json')).resolve;
const { getLlama, JinjaTemplateChatWrapper, LlamaChat } = await import(
  pathToFileURL(resolve('node-llama-cpp')).href
);
const llama = await getLlama({
  build: 'never',
  skipDownload: true,
  gpu: false,
  progressLogs: false,
  maxThreads: 1,
});
const modelPath = join(process.env.TIMELAB_MODELS ?? '', `models/sha256/${weights}.gguf`);
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const template = model.fileInfo.metadata.tokenizer.chat_template;
const chatWrapper = new JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
const history = [
  { type: 'user', text: prompt },
  { type: 'model', response: [] },
];

const start = performance.now();
const context = await model.createContext({ contextSize: 4096, sequences: 1, threads: 1, batchSize: 512 });
const contextSequence = context.getSequence();
let first;
await new LlamaChat({ contextSequence, chatWrapper }).generateResponse(history, {
  temperature: 0,
  maxTokens: 96,
  onTextChunk: () => {
    first ??= performance.now();
  },
});
const seconds = (performance.now() - first) / 1000;
const tokens = contextSequence.tokenMeter.usedOutputTokens;
process.stdout.write(
  JSON.stringify({ firstTokenSeconds: (first - start) / 1000, tokensPerSecond: (tokens - 1) / seconds }),
);
process.exit();
