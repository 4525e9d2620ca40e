import subprocess, sys
r = subprocess.run(["sh", "-c", "echo out; echo err >&2; exit 5"], capture_output=True, text=True); print(r)
print(subprocess.run([sys.executable, "-"], input=b"print(6*7)", capture_output=True).stdout, subprocess.getstatusoutput("echo x; false"))
for action in (lambda: subprocess.run(["false"], check=True), lambda: subprocess.run(["none-such"]), lambda: subprocess.run(["sleep", "5"], timeout=0.03), lambda: subprocess.run(["/tmp"]), lambda: subprocess.run("kill -TERM $$", shell=True, check=True)):
    try:
        action()
    except (subprocess.SubprocessError, OSError) as error:
        print(type(error).__name__, error)
print(subprocess.Popen(["cat"], stdin=-1, stdout=-1).communicate(b"piped"))
