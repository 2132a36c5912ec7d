"""Writes a container image in docker's archive format: a layer of fixed bytes for each store path, and one on top."""

import hashlib
import io
import json
import sys
import tarfile
from datetime import datetime
from pathlib import Path

settings_file, top, *store_paths = sys.argv[1:]
settings = json.loads(Path(settings_file).read_text(encoding="utf-8"))
seconds = int(datetime.fromisoformat(settings["created"]).timestamp())


def layer(root, base, owner):
    """One layer: the files of a folder in order of their names, none with a time or an owner of this machine."""

    def plain(entry):
        entry.mtime, entry.uname, entry.gname = seconds, "", ""
        entry.uid, entry.gid = owner
        return entry

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(root, arcname=base, filter=plain)
    return buffer.getvalue()


def put(archive, name, data):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = len(data), seconds
    archive.addfile(entry, io.BytesIO(data))


layers = [layer(path, path.lstrip("/"), (0, 0)) for path in store_paths]
layers.append(layer(top, ".", (settings["uid"], settings["gid"])))
digests = [hashlib.sha256(data).hexdigest() for data in layers]
image = json.dumps(
    {
        "created": settings["created"],
        "os": "linux",
        "architecture": "amd64",
        "config": settings["config"],
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
    },
    sort_keys=True,
).encode()
names = [f"{digest}/layer.tar" for digest in digests]
tags = [f"{settings['name']}:{settings['tag']}"]
config_name = f"{hashlib.sha256(image).hexdigest()}.json"
manifest = json.dumps([{"Config": config_name, "RepoTags": tags, "Layers": names}]).encode()
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT) as archive:
    for name, data in zip(names, layers, strict=True):
        put(archive, name, data)
    put(archive, config_name, image)
    put(archive, "manifest.json", manifest)
