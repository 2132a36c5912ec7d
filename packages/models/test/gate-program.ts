import { gatedFetch } from '../src/network/gated-fetch.ts';
import { never } from './sample-request.ts';

/** A program of its own that asks for one name through the gate, and tells what came of it. */
const hosts = new Set<string>();
const policy = { allowNet: false, hosts, idleTimeoutMs: 100_000, maxResponseBytes: 1000 };
try {
  await gatedFetch(policy, never)(`http://${process.argv[2]}/`);
  process.stdout.write(JSON.stringify({ reached: [...hosts] }));
} catch (error) {
  process.stdout.write(
    JSON.stringify({ ...(error as object), message: (error as Error).message, hosts: [...hosts] }),
  );
}
