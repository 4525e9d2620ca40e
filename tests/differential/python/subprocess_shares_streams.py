# A child writes to the same streams, after what was flushed; its stdin is at its end.
import subprocess, sys
print("parent first", flush=True)
subprocess.run(["sh", "-c", "echo child; echo child error >&2; cat; ls -l /proc/self/fd | grep -c pipe"])
print("parent last")
