# What a child of the program starts with: no signal ignored that is not ignored by custom, none blocked.
import subprocess, sys
print(subprocess.run(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"], capture_output=True, text=True).stdout)
print(subprocess.run([sys.executable, "-c", "import signal; print(signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGINT))"], capture_output=True, text=True).stdout)
print(subprocess.run(["grep", "SigIgn", "/proc/self/status"], capture_output=True, text=True, restore_signals=False).stdout)
