# Seeded, the generators give the known sequences: nothing but the seed is in them.
import random

random.seed(42)
print(random.random(), random.randint(1, 100), random.sample(range(50), 5), random.gauss(0, 1))
own = random.Random("text")
state = own.getstate(); first = own.choices("abc", k=5); own.setstate(state)
print(first == own.choices("abc", k=5), first, own.getrandbits(64), own.betavariate(1, 2))
cards = list(range(10)); random.Random(7).shuffle(cards); print(cards)
