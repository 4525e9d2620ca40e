import copy

class Node:
    def __init__(self, value): self.value, self.next = value, self
    def __deepcopy__(self, memo):
        print("deepcopy", self.value)
        other = Node(copy.deepcopy(self.value, memo))
        memo[id(self)] = other
        return other

data = [[1], (2, [3]), {"n": Node("x")}]
shallow, deep = copy.copy(data), copy.deepcopy(data)
print(shallow[0] is data[0], deep[0] is data[0], deep[1][1] is data[1][1], copy.deepcopy((1, 2)) == (1, 2))
ring = []; ring.append(ring)
print(copy.deepcopy(ring))
try:
    copy.copy(open("/dev/null"))
except TypeError as error:
    print(error)
