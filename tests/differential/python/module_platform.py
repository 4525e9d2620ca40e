import os, platform, sys

print(platform.system(), platform.machine(), platform.python_implementation(), platform.python_version() == sys.version.split()[0])
print(platform.node(), platform.architecture()[0], platform.libc_ver()[0], platform.uname().release == os.uname().release)
print(sys.implementation.name, sys.implementation.cache_tag, sys.platform, sys.byteorder, sys.maxsize, platform.freedesktop_os_release()["ID"])
