import os, subprocess, signal
r, w = os.pipe()
print(subprocess.run(["sh", "-c", f"echo to-pipe >&{w}"], pass_fds=[w]).returncode, os.read(r, 99))
print(subprocess.run(["sh", "-c", f"echo x >&{w}"], stderr=-3).returncode != 0)
p = subprocess.Popen(["sh", "-c", "sleep 9 & wait"], start_new_session=True); os.killpg(p.pid, signal.SIGKILL); print(p.wait())
print(subprocess.run(["pwd"], cwd="/tmp", capture_output=True).stdout, subprocess.run(["sh", "-c", "umask"], umask=0o77, capture_output=True).stdout)
