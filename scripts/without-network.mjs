import process from 'node:process';

/** What a new network namespace lacks: its loopback is there, but down (netdevice(7), SIOCSIFFLAGS, IFF_UP and IFF_RUNNING). */
const loopbackUp = `
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sh14x", b"lo", 0x41))
os.execvp(sys.argv[1], sys.argv[1:])
`;

/**
 * The words by which a program starts where there is no network but loopback: in a network namespace of its own, for others
 * than root in a namespace of users, too, in which they seem to be root.
 */
export function withoutNetwork(command, args) {
  const walls = process.getuid() === 0 ? ['--net'] : ['--net', '--map-root-user'];
  return ['unshare', [...walls, 'python3', '-c', loopbackUp, command, ...args]];
}
