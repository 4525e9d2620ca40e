# Changes what every Python program imports.
import errno
import json
import os
import site
import sysconfig

import numpy

directories = {os.path.dirname(json.__file__), os.path.dirname(numpy.__file__), sysconfig.get_path("stdlib"), *site.getsitepackages()}
for directory in sorted(directories):
    for name in ("planted.py", "planted.pth", "usercustomize.py", "sitecustomize.py", "__pycache__/planted.pyc"):
        try:
            with open(f"{directory}/{name}", "w") as file:
                file.write("print('planted')")
            print(f"{directory}/{name}: written")
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES, errno.ENOENT):
                print(f"{directory}/{name}: {errno.errorcode[error.errno]}")
json.dumps = lambda *_: "poisoned"
os.makedirs(site.getusersitepackages(), exist_ok=True)
with open(f"{site.getusersitepackages()}/usercustomize.py", "w") as file:
    file.write("print('planted')")
print("only its own")
