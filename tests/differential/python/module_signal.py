import os, signal, time

def handler(number, frame): print("got", signal.Signals(number).name, "at line", frame.f_lineno, frame.f_code.co_name)
previous = signal.signal(signal.SIGUSR1, handler)
print(previous, signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGXFSZ))
os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGALRM, handler); signal.setitimer(signal.ITIMER_REAL, 0.02); signal.pause()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR2]), signal.strsignal(11))
