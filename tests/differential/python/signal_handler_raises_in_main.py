import signal, time
class Alarm(Exception): pass
def ring(number, frame): raise Alarm(f"rang in {frame.f_code.co_name}")
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.03)
def busy():
    while True: time.sleep(0.01)
busy()
