import sched, time

now = [0.0]
s = sched.scheduler(lambda: now[0], lambda d: now.__setitem__(0, now[0] + d))
s.enter(2, 1, print, ("second",)); s.enter(1, 1, print, ("first",)); event = s.enter(3, 1, print, ("never",)); s.enter(2, 0, print, ("urgent",), {"end": "!\n"})
s.cancel(event); s.run(); print(now[0], s.empty())
