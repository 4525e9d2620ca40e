class Mine(KeyboardInterrupt):
    pass
print("x")
raise Mine
