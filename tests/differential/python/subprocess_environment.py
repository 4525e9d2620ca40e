import os, subprocess
print(sorted(os.environ.items()))
os.environ["OWN"] = "é"; os.putenv("PUT", "1")
print(subprocess.run(["env"], capture_output=True, text=True).stdout.split("\n") == [*(f"{k}={v}" for k, v in os.environ.items()), "PUT=1", ""], subprocess.run(["env"], env={"A": "b"}, capture_output=True).stdout)
print(open("/proc/self/environ").read().replace("\0", "\n"))
del os.environ["NONE"]
