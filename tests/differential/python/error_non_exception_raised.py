try:
    raise "text"
except TypeError as error:
    print(error)
try:
    raise int
except TypeError as error:
    print(error)
raise 5
