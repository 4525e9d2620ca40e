import os, atexit
f = open("out.txt", "w")
f.write("not closed")
def look(): print(os.path.getsize("out.txt"))
class After:
    def __del__(self): print("at del", os.path.getsize("out.txt"))
atexit.register(look)
after = After()
