def own():
    try:
        yield 1
    finally:
        print("own")
kept = own()
next(kept)
print("end")
