# Makes a set-uid shell and looks for one.
import os
import shutil
import stat
import subprocess

shutil.copy("/bin/sh", "/tmp/sh")
os.chmod("/tmp/sh", 0o6755)
same = subprocess.run(["/tmp/sh", "-c", "id -u"], capture_output=True, text=True)
print("as before" if same.returncode == 126 or same.stdout.strip() == str(os.getuid()) else same)
found = []
for top in ("/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/lib", "/usr/local", "/opt", "/etc", "/var", "/srv"):
    for directory, directories, files in os.walk(top):
        directories[:] = [name for name in directories if name not in ("dist-packages", "node_modules", "python3.13", "python3.12")]
        for file in files:
            mode = os.lstat(f"{directory}/{file}").st_mode
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                found.append(f"{directory}/{file}")
print("set-uid files:", found)
