export type { BackendOptions } from './backend-options.ts';
export { createBackend } from './create-backend.ts';
export { knownAnswers } from './known-answers.ts';
export { recordingBackend } from './replay/recording-backend.ts';
export { replayBackend } from './replay/replay-backend.ts';
export { type CatalogEntry, catalog } from './shelf/catalog.ts';
export { type ListedModel, listModels, type ModelList } from './shelf/list-models.ts';
export { type PulledModel, type PullOptions, pullModel } from './shelf/pull-model.ts';
export { type ShownModel, showModel } from './shelf/show-model.ts';
