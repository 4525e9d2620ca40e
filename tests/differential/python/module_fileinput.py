# Without arguments it reads standard input, which is empty.
import fileinput

print([line for line in fileinput.input()])
with open("a.txt", "w") as file: file.write("one\ntwo\n")
with fileinput.input("a.txt", inplace=True) as lines:
    for line in lines: print(lines.filelineno(), line.upper(), end="")
print(open("a.txt").read())
