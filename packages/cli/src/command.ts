import type { Json, Manifest, Problem } from '@timelab/core';
import type { Command } from 'commander';
import type { Report } from './report.ts';
import type { World } from './world.ts';

/** The flags that every command takes. */
export interface GlobalOptions {
  readonly lab?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/** What a command is given to work with. */
export interface Context {
  readonly world: World;
  readonly report: Report;
  readonly global: GlobalOptions;
}

/** What came of a command: the files it made, the record of its run, and what went wrong, if anything did. */
export interface Outcome {
  /** Absolute paths. */
  readonly artifacts?: readonly string[];
  readonly run?: Manifest;
  readonly data?: Readonly<Record<string, Json>>;
  readonly problem?: Problem;
  /** Text that is the command's product; stdout gets it in place of paths. */
  readonly text?: string;
}

/** Turns a command's work into what commander calls: arguments and flags come in, the outcome goes to the report. */
export type Act = <Args extends unknown[]>(
  work: (context: Context, ...args: Args) => Promise<Outcome>,
) => (...args: [...Args, ...unknown[]]) => void;

/** What a file in commands/ exports: its arguments, flags and examples, and what it does. */
export type Configure = (command: Command, act: Act) => void;
