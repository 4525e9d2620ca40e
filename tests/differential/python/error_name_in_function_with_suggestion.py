length = 5
def show():
    print(lenght)
show()
