# No terminal, and what asks for one is told so.
import termios, os, sys, pty, tty, shutil

for action in (lambda: termios.tcgetattr(0), lambda: os.ttyname(1), lambda: os.get_terminal_size(), lambda: tty.setraw(0), lambda: open("/dev/tty")):
    try:
        action()
    except (OSError, termios.error) as error:
        print(type(error).__name__, error)
print(shutil.get_terminal_size(), sys.stdout.isatty())
