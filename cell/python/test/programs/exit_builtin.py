print("x")
exit(3)
