text = open("/proc/self/stat").read(); fields = text[text.rindex(")") + 2:].split()
print(text.split("(")[1].split(")")[0], fields[0], [fields[i] for i in (4, 5)], int(fields[11]) + int(fields[12]) < 300, fields[13], fields[15:18])
started, up = int(fields[19]) / 100, __import__("time").clock_gettime(7)
print(started <= up)
