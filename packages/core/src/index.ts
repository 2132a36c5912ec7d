export * from './manifest.ts';
export * from './model.ts';
export * from './problem.ts';
export * from './spec.ts';
