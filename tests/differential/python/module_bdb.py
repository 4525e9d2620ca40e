# A debugger made from bdb sees main.py's lines and nothing else.
import bdb, os

class Steps(bdb.Bdb):
    def user_line(self, frame):
        print(os.path.basename(frame.f_code.co_filename), frame.f_code.co_name, frame.f_lineno)
        self.set_step()

def work(n):
    total = 0
    for i in range(n):
        total += i
    return total

print(Steps().runcall(work, 2))
