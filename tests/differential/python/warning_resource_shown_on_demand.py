import warnings
open("main.py")
print("silent by default")
warnings.simplefilter("always", ResourceWarning)
def leak(): f = open("main.py")
leak()
import socket
s = socket.socket(); del s
