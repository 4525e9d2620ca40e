# No process but its own can be seen or signalled.
import os

own = {os.getpid()}
seen = {int(name) for name in os.listdir("/proc") if name.isdigit()}
if seen != own:
    raise SystemExit(f"seen: {seen - own}")
for pid in range(1, 400):
    if pid in own:
        continue
    try:
        os.kill(pid, 0)
    except OSError:
        continue
    raise SystemExit(f"pid {pid} can be signalled")
print("ok")
