print(f"{3.14159:.2f} {10 ** 20:,} {255:#x} {-5:+d} {0.1 + 0.2!r} {1e16} {1.0} {5:>5}|{'x':^5}|{True:d} {1 + 2j}", round(2.5), round(-0.5), -7 // 2, -7 % 3, 2 ** 0.5, 0.1.hex(), float.fromhex("0x1.8p1"), (0.1).as_integer_ratio())
print("%5.1f|%-5s|%r|%x" % (2.25, "a", "b", 255), "{:{w}}".format("a", w=3), int("1_000"), 0b11, 0o17, complex("1+2j"), divmod(-7, 2), pow(3, -1, 7))
"{}".format()
