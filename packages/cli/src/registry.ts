import type { Configure } from './command.ts';

/** A subcommand as the program knows it before it is called: a line of help, and where the rest is. */
export interface Entry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly configure: Configure }>;
}

/** Every subcommand: a line here, a file in commands/. Files are read only when their command is called. */
export const commands: Readonly<Record<string, Entry>> = {
  init: { summary: 'make a lab of a folder', load: () => import('./commands/init.ts') },
  day: { summary: "make a day's tree", load: () => import('./commands/day.ts') },
  new: { summary: 'write a spec to start from', load: () => import('./commands/new.ts') },
  check: {
    summary: 'say all that is wrong with specs and manifests',
    load: () => import('./commands/check.ts'),
  },
  ai: { summary: 'ask a language model what a spec asks', load: () => import('./commands/ai.ts') },
  mine: {
    summary: 'turn a git history into records, pages and patterns',
    load: () => import('./commands/mine.ts'),
  },
  summ: { summary: 'summarise one commit', load: () => import('./commands/summ.ts') },
  repro: {
    summary: 'repeat a run, and say whether it gives the same',
    load: () => import('./commands/repro.ts'),
  },
  verify: {
    summary: 'say whether runs are as they were recorded',
    load: () => import('./commands/verify.ts'),
  },
  checkout: {
    summary: 'rebuild the code that a run was made with',
    load: () => import('./commands/checkout.ts'),
  },
  sync: { summary: 'rebuild the index and the links', load: () => import('./commands/sync.ts') },
  doctor: {
    summary: 'say what is wrong with the lab and the machine',
    load: () => import('./commands/doctor.ts'),
  },
  ls: { summary: 'list runs, and find them', load: () => import('./commands/ls.ts') },
  show: { summary: 'show one run on a page', load: () => import('./commands/show.ts') },
  diff: { summary: 'say what two runs differ by', load: () => import('./commands/diff.ts') },
  model: { summary: 'list, show and fetch models', load: () => import('./commands/model.ts') },
  probe: {
    summary: 'find out whether a model answers the same again',
    load: () => import('./commands/probe.ts'),
  },
  agent: {
    summary: 'print what an agent may write, read and run',
    load: () => import('./commands/agent.ts'),
  },
  completion: {
    summary: 'print a completion script for a shell',
    load: () => import('./commands/completion.ts'),
  },
};
