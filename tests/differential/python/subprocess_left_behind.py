import subprocess
p = subprocess.Popen(["sleep", "30"])
print("the main process ends")
