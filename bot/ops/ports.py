"""Is a port free, and if not, who has it?"""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
from pathlib import Path

LISTEN = "0A"  # TCP_LISTEN in /proc/net/tcp


def bind_error(host: str, port: int) -> OSError | None:
    """Return why nobody could listen there now; None when one could."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None


def is_taken(error: OSError) -> bool:
    return error.errno == errno.EADDRINUSE


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that was free a moment ago; for tests."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Return 'name (pid)' of the process that listens on the port, '' when that cannot be read."""
    if Path("/proc/net/tcp").exists():
        return _holder_by_proc(port)
    return _holder_by_lsof(port) if shutil.which("lsof") else ""


def _holder_by_proc(port: int) -> str:
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    for folder in Path("/proc").glob("[0-9]*/fd") if inodes else ():
        try:
            if any(str(link.readlink()) in inodes for link in folder.iterdir()):
                name = (folder.parent / "comm").read_text(encoding="utf-8").strip()
                return f"{name}（进程 {folder.parent.name}）"
        except OSError:
            continue
    return ""


def _listening(port: int) -> list[str]:
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            rows = [line.split() for line in Path(table).read_text(encoding="ascii").splitlines()[1:]]
            found += [row[9] for row in rows if row[3] == LISTEN and int(row[1].rpartition(":")[2], 16) == port]
    return found


def _holder_by_lsof(port: int) -> str:
    command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    try:
        lines = subprocess.run(command, capture_output=True, text=True, timeout=5).stdout.splitlines()
    except (OSError, subprocess.TimeoutExpired):
        return ""
    fields = {line[0]: line[1:] for line in reversed(lines) if line}
    return f"{fields['c']}（进程 {fields['p']}）" if {"c", "p"} <= fields.keys() else ""
