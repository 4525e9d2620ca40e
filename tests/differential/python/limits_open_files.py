import resource, os
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE); files = []
try:
    while len(files) < 5000: files.append(os.open("/dev/null", 0))
except OSError as error:
    print(error.strerror)
print(soft, hard, soft - len(files))
