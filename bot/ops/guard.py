"""Run a command that must not outlive the process that wanted it. Standard library alone; run by its path.

    python -I guard.py COMMAND …

The guard's standard input is a pipe whose other end the wanting process holds. When that end closes, because the
process asked for it or because it died in whatever way, the command's whole process group gets SIGTERM and, if it is
still there after a grace period, SIGKILL. Works the same on Linux and macOS. Exits with the command's status.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

GRACE = float(os.environ.get("WENXU_STOP_SECONDS", "10"))


def main(command: list[str]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)
    except OSError as error:
        print(f"ERROR {error}", file=sys.stderr)
        return 127
    signal.signal(signal.SIGTERM, lambda *_: end(child.pid, signal.SIGTERM))
    threading.Thread(target=watch, args=(child,), daemon=True).start()
    status = child.wait()
    end(child.pid, signal.SIGKILL)  # what the command itself left behind
    return status if status >= 0 else 128 - status


def watch(child: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 1024):
        pass
    end(child.pid, signal.SIGTERM)
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        end(child.pid, signal.SIGKILL)


def end(group: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says EPERM of a group of zombies
        os.killpg(group, how)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
