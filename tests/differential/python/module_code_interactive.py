# The interactive interpreter inside a program: its own traceback, its own file name.
import code

console = code.InteractiveConsole({"x": 6}, filename="typed")
for line in ("y = x * 7", "print(y)", "for i in range(2):", "    print(i)", "", "1 / 0", "undefined"):
    print(">", line, console.push(line))
