import { expect, test } from 'vitest';
import { type Ground, newGround, newRepository } from './ground.ts';
import type { Repository } from './repository.ts';
import { type Mined, mine } from './whole-run.ts';

/** A history that is hard to read right. */
export interface Trap {
  /** Its number in the list of traps, and what it is. */
  readonly trap: string;
  /** For `git init`. */
  readonly init?: readonly string[];
  /** For `timelab mine`. */
  readonly args?: readonly string[];
  /** Makes the history, and says what must have come of it beside what must hold of every run. */
  readonly make: (repository: Repository, ground: Ground) => Expectation;
}

type Expectation = (mined: Mined) => void;

/** Mines each of the histories through the command. */
export function testTraps(traps: readonly Trap[]): void {
  test.each(traps)('$trap', async ({ init = [], args = [], make }) => {
    const ground = await newGround();
    const repository = newRepository(ground, ...init);
    const holds = make(repository, ground);
    const mined = await mine(ground, args);
    expect(mined.records.length).toBeGreaterThan(0);
    holds(mined);
  });
}
