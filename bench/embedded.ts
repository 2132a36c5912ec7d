import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inLab, writeSpec } from './lab.ts';
import { median } from './measure.ts';
import type { Figure } from './table.ts';

interface Speed {
  readonly firstTokenSeconds: number;
  readonly tokensPerSecond: number;
}

const prompt = 'Why does an experiment need a record that others can check?';
const rounds = 5;

/** Time to the first token and tokens per second of the embedded model, beside the bare engine on the same question. */
export async function benchEmbedded(binary: string): Promise<Figure[]> {
  return await inLab(binary, async (lab) => {
    const config = { model: 'llamacpp:smollm2', max_tokens: 96 };
    const spec = writeSpec(lab, { kind: 'llm', version: '1.0', inputs: { prompt }, config });
    const bare: Speed[] = [];
    const ours: Speed[] = [];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(bareSpeed());
      ours.push(ourSpeed(binary, lab, spec));
    }
    return [firstToken(ours, bare), throughput(ours, bare)];
  });
}

function bareSpeed(): Speed {
  const ran = spawnSync(process.execPath, ['bench/bare-engine.mjs', prompt], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Speed;
}

function ourSpeed(binary: string, lab: string, spec: string): Speed {
  const ran = spawnSync(process.execPath, [binary, 'ai', '--spec', spec, '--quiet'], {
    cwd: lab,
    encoding: 'utf8',
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  const { metrics } = JSON.parse(readFileSync(ran.stdout.split('\n')[0] ?? '', 'utf8'));
  const answering = metrics.model_seconds - metrics.first_token_seconds;
  return {
    firstTokenSeconds: metrics.first_token_seconds,
    tokensPerSecond: (metrics.tokens_output - 1) / answering,
  };
}

function middle(speeds: readonly Speed[], key: keyof Speed): number {
  return median(speeds.map((speed) => speed[key]).sort((a, b) => a - b));
}

function firstToken(ours: readonly Speed[], bare: readonly Speed[]): Figure {
  const [own, engine] = [middle(ours, 'firstTokenSeconds'), middle(bare, 'firstTokenSeconds')];
  return {
    what: 'embedded model, from the request to the first token',
    measured: `${own.toFixed(2)} s, ${(own / engine).toFixed(2)} x`,
    anchor: `the bare engine, ${engine.toFixed(2)} s`,
    bar: 'none set',
    held: true,
  };
}

function throughput(ours: readonly Speed[], bare: readonly Speed[]): Figure {
  const [own, engine] = [middle(ours, 'tokensPerSecond'), middle(bare, 'tokensPerSecond')];
  return {
    what: 'embedded model, tokens per second on one thread',
    measured: `${own.toFixed(0)}/s, ${(own / engine).toFixed(2)} x`,
    anchor: `the bare engine, ${engine.toFixed(0)}/s`,
    bar: 'none set',
    held: true,
  };
}
