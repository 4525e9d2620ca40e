try:
    name = input("name? ")
except EOFError as error:
    print("|", error)
import sys
print(sys.stdin.buffer.read(), sys.stdin.closed)
sys.stdin.close()
input()
