#!/usr/bin/python3
"""Tries to leave a fence in every way it knows, and tells as JSON for each whether it came through."""

import ctypes
import json
import os
import signal
import socket
import stat
import sys

host = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)


def call(number):
    """Raises what a call of the C library left, if it failed."""
    if number < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as one:
        one.settimeout(20)
        one.connect(address)
        one.sendall(b"hello")
        if one.recv(16) != b"hello":
            raise OSError("nobody answered")


def raw():
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as one:
        one.sendto(b"\x08\x00\xf7\xff\x00\x00\x00\x00", ("127.0.0.1", 0))


def packet():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def write(path):
    with open(path, "ab"):
        pass
    if os.stat(path).st_dev != host["disk"]:
        raise OSError("written to a disk of its own")


def find(folder, name):
    if name not in os.listdir(folder):
        raise FileNotFoundError("an empty folder of its own")


def ptrace():
    attach, detach = 16, 17
    call(libc.ptrace(attach, host["pid"], None, None))
    os.waitpid(host["pid"], 0)
    call(libc.ptrace(detach, host["pid"], None, None))


def more_privileges():
    with open("/proc/self/status", encoding="ascii") as status:
        if "NoNewPrivs:\t1" in status.read():
            raise PermissionError("a setuid program gives nothing")


def device():
    path = os.path.join(host["writable"], f"device-{os.getpid()}")
    os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 1))
    os.unlink(path)


def join_network():
    descriptor = os.open(f"/proc/{host['pid']}/ns/net", os.O_RDONLY)
    call(libc.setns(descriptor, 0))


def type_into_terminal():
    if os.getsid(0) == host["session"]:
        return
    raise PermissionError("another session")


tries = {
    "tcp4": lambda: connect(socket.AF_INET, ("127.0.0.1", host["tcp4"])),
    "tcp6": lambda: connect(socket.AF_INET6, ("::1", host["tcp6"])),
    "udp4": lambda: connect(socket.AF_INET, ("127.0.0.1", host["udp4"]), socket.SOCK_DGRAM),
    "udp6": lambda: connect(socket.AF_INET6, ("::1", host["udp6"]), socket.SOCK_DGRAM),
    "raw socket": raw,
    "packet socket": packet,
    "abstract socket": lambda: connect(socket.AF_UNIX, "\0" + host["abstract"]),
    "socket in a folder": lambda: connect(socket.AF_UNIX, host["socket"]),
    "network of a process": join_network,
    "root of a process": lambda: read(f"/proc/{host['pid']}/root{host['secret']}"),
    "memory map of a process": lambda: read(f"/proc/{host['pid']}/maps"),
    "signal to a process": lambda: os.kill(host["pid"], 0),
    "trace of a process": ptrace,
    "file that was not shown": lambda: read(host["secret"]),
    "folder that was not shown": lambda: find(os.path.dirname(host["secret"]), "secret"),
    "new file outside": lambda: write(host["outside"]),
    "change of what is shown": lambda: write(host["shown"]),
    "change of its own program": lambda: write(os.path.realpath(__file__)),
    "setuid program": more_privileges,
    "device": device,
    "change of root": lambda: os.chroot("/usr"),
    "terminal": type_into_terminal,
}


def outcome(attempt):
    try:
        attempt()
    except (OSError, PermissionError) as error:
        return str(error)
    return "came through"


signal.alarm(600)
# What changes the process itself comes last.
print(json.dumps({name: outcome(attempt) for name, attempt in tries.items()}))
