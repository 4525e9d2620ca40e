class D:
    def __del__(self):
        import json
        print("destroyed", json)
        raise ValueError("in destructor")
d = D()
print("x")
