import resource
import time
assert time.process_time() < 3 and time.thread_time() < 3
assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime == 0
