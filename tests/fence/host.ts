import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../rig.ts';

/** What is outside of a fence: servers that echo, a process, files; all of it for one test file. */
export interface Host {
  /** As escapes.py takes it. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly program: string;
  /** What may be written inside. */
  readonly writable: string;
  /** What may be read inside. */
  readonly shown: string;
  end(): Promise<void>;
}

const servers = `
import json, os, socket, socketserver, sys, threading
folder = sys.argv[1]
def echo(one):
    try:
        one.sendall(one.recv(16))
    except OSError:
        pass
def stream(family, address):
    server = socket.socket(family)
    server.bind(address); server.listen()
    def serve():
        while True:
            one, _ = server.accept(); echo(one); one.close()
    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()
def datagram(family, address):
    server = socket.socket(family, socket.SOCK_DGRAM)
    server.bind(address)
    def serve():
        while True:
            data, back = server.recvfrom(16); server.sendto(data, back)
    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()
name = f'timelab-test-{os.getpid()}'
stream(socket.AF_UNIX, chr(0) + name)
stream(socket.AF_UNIX, folder + '/socket')
os.chmod(folder + '/socket', 0o777)
print(json.dumps({
    'tcp4': stream(socket.AF_INET, ('127.0.0.1', 0))[1],
    'tcp6': stream(socket.AF_INET6, ('::1', 0))[1],
    'udp4': datagram(socket.AF_INET, ('127.0.0.1', 0))[1],
    'udp6': datagram(socket.AF_INET6, ('::1', 0))[1],
    'disk': os.stat(folder).st_dev, 'abstract': name, 'socket': folder + '/socket', 'session': os.getsid(0),
}), flush=True)
sys.stdin.read()
`;

/** Sets up what a fenced program would like to reach; a user given by its number owns the files and the process. */
export async function openHost(uid: number): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'timelab-fence-'));
  await chmod(folder, 0o777);
  const [program, secret, shown] = ['escapes.py', 'secret', 'shown'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const writable = join(folder, 'writable');
  await mkdir(writable);
  await Promise.all([
    copyFile(join(repository, 'tests/fence/escapes.py'), program),
    writeFile(secret, 'nobody else’s business'),
    writeFile(shown, 'to be read'),
  ]);
  await Promise.all([program, secret, shown, writable].map((path) => chmod(path, 0o777)));
  const [server, ports] = await started(['-c', servers, folder], uid);
  const facts = {
    ...JSON.parse(ports),
    pid: server.pid,
    secret,
    shown,
    writable,
    outside: join(folder, 'outside'),
  };
  const end = async () => {
    server.stdin?.end();
    server.kill();
    await rm(folder, { recursive: true, force: true });
  };
  return { facts, program, writable, shown, end };
}

async function started(args: readonly string[], uid: number): Promise<[ChildProcess, string]> {
  const server = spawn('/usr/bin/python3', [...args], { stdio: ['pipe', 'pipe', 'inherit'], uid, gid: uid });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  return [server, line.toString('utf8')];
}
