import { startFaultServer } from '../packages/models/test/fault-server.ts';

// In a process of its own, since the bench itself waits in spawnSync while timelab asks.
const server = await startFaultServer({});
process.stdout.write(`${server.url}\n`);
setTimeout(() => process.exit(), 600_000).unref();
process.stdin.on('end', () => process.exit()).resume();
