import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { inLab, writeSpec } from './lab.ts';
import { median, timeInTurn } from './measure.ts';
import type { Figure } from './table.ts';

/** What `timelab ai` costs beyond the start of its process, against a server that answers at once. */
export async function benchOverhead(binary: string): Promise<Figure[]> {
  const server = spawn('node_modules/.bin/tsx', ['bench/instant-server.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const url = await firstLine(server);
    return await inLab(binary, async (lab) => [measure(binary, lab, url)]);
  } finally {
    server.kill();
  }
}

function measure(binary: string, lab: string, url: string): Figure {
  const spec = writeSpec(lab, {
    kind: 'llm',
    version: '1.0',
    inputs: { prompt: 'x' },
    config: { model: 'ollama:m' },
  });
  const env = { ...process.env, OLLAMA_HOST: url };
  const place = { cwd: lab, env };
  const [start = [], whole = []] = timeInTurn(
    [
      { words: [process.execPath, binary, '--version'], ...place },
      { words: [process.execPath, binary, 'ai', '--spec', spec, '--quiet'], ...place },
    ],
    30,
  );
  const own = median(whole) - median(start);
  return {
    what: 'timelab ai, its own time around the model call, durable writes included',
    measured: `${own.toFixed(0)} ms (whole ${median(whole).toFixed(0)} ms)`,
    anchor: `timelab --version, ${median(start).toFixed(0)} ms`,
    bar: '150 ms',
    held: own <= 150,
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return chunk.toString('utf8').trim();
}
