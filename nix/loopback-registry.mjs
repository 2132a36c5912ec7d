// Serves the tarballs of a folder on this machine alone, while the command in the other arguments installs them.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import process from 'node:process';

const [folder, command, ...args] = process.argv.slice(2);
const server = createServer(({ url }, response) => {
  const file = join(folder, normalize(decodeURIComponent(url)));
  if (existsSync(file)) createReadStream(file).pipe(response);
  else response.writeHead(404).end(`${url} is not in pnpm-lock.yaml for this platform\n`);
});
server.listen(0, '127.0.0.1', () => {
  const registry = `http://127.0.0.1:${server.address().port}/`;
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, npm_config_registry: registry },
  });
  child.on('close', (code) => process.exit(code ?? 1));
});
