# Looks for secrets in the environment of every process it can see.
import os
import re

suspicious = re.compile(r"MAYFLY|KUBERNETES|SECRET|TOKEN|PASSWORD|AWS|uc-", re.I)
print("own:", sorted(name for name in os.environ if suspicious.search(name) or suspicious.search(os.environ[name])))
pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
print("processes seen:", ["self" if pid == os.getpid() else pid for pid in pids])
readable = []
for pid in set(range(1, 2000)) - {os.getpid()}:
    for file in ("environ", "cmdline", "status", "maps", "fd"):
        try:
            os.stat(f"/proc/{pid}/{file}")
            readable.append(f"{pid}/{file}")
        except OSError:
            pass
print("others:", readable)
