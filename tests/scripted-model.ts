import { onTestFinished } from 'vitest';
import { type FaultServer, startFaultServer } from '../packages/models/test/fault-server.ts';

/** A scripted server and the environment in which timelab asks it, by either protocol. */
interface ScriptedModel {
  readonly server: FaultServer;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a server that answers `Hello` at once, wrong only where told; it ends with the test. */
export async function scriptedModel(
  wrong: Parameters<typeof startFaultServer>[0] = {},
): Promise<ScriptedModel> {
  const server = await startFaultServer(wrong);
  onTestFinished(() => server.stop());
  return { server, env: { OLLAMA_HOST: server.url, OPENAI_BASE_URL: `${server.url}/v1` } };
}
