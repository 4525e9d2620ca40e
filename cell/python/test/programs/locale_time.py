import locale
import os
import time
print(locale.setlocale(locale.LC_ALL), locale.getlocale(), locale.getencoding(), time.tzname, time.timezone)
print(os.getcwd(), dict(os.environ), os.umask(0), os.getpriority(os.PRIO_PROCESS, 0))
print(time.strftime("%Z", time.localtime(0)), time.process_time() < 2, os.times().children_user)
print(os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid(), os.getuid(), os.getgroups())
