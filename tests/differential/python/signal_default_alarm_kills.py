import signal, time
print("set", flush=True)
signal.setitimer(signal.ITIMER_REAL, 0.02)
time.sleep(3)
