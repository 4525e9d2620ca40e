print("asking")
input()
