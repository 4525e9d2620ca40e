import os
import threading
assert threading.main_thread().native_id == os.getpid() == threading.get_native_id()
local = threading.local()
assert not local.__dict__
