import type { World } from '../world.ts';

/** The log of one run: what happened, in order, one JSON object a line. */
export interface Log {
  add(event: string, details?: Readonly<Record<string, string | number>>): void;
  text(): string;
}

/** Opens a log whose lines carry the world's time; durations are the manifest's to say. */
export function openLog(world: World): Log {
  const lines: string[] = [];
  const add = (event: string, details: Readonly<Record<string, string | number>> = {}) => {
    lines.push(`${JSON.stringify({ time: world.now().toISOString(), event, ...details })}\n`);
  };
  add('began');
  return { add, text: () => lines.join('') };
}
