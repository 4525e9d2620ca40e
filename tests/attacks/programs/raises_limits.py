# Hard limits cannot be raised, by either call, for itself or for another.
import errno
import os
import resource

NAMES = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
raised = []
for name in NAMES:
    number = getattr(resource, name)
    soft, hard = resource.getrlimit(number)
    if hard == resource.RLIM_INFINITY:
        continue
    for setter in (lambda: resource.setrlimit(number, (soft, hard + 1)), lambda: resource.prlimit(os.getpid(), number, (soft, resource.RLIM_INFINITY))):
        try:
            setter()
            raised.append(name)
        except (ValueError, PermissionError):
            pass
print("raised:", raised)
try:
    resource.prlimit(1, resource.RLIMIT_NOFILE)
except OSError as error:
    print("limits of init:", errno.errorcode[error.errno])
