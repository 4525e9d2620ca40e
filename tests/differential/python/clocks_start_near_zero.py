import time, os, resource
t, u = os.times(), resource.getrusage(resource.RUSAGE_SELF)
print(time.process_time() < 2, t.user < 2, t.system < 2, t.children_user, t.children_system, u.ru_utime < 2, time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) < 2, time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID) < 2)
sum(range(10 ** 6)); print(time.process_time() > 0, time.thread_time() > 0, u.ru_inblock >= 0)
