import numpy as np

np.random.seed(12); print(np.random.rand(2), np.random.randint(0, 100, 4), np.random.permutation(5), np.random.normal(size=2))
g = np.random.default_rng(7); print(g.random(2), g.integers(0, 9, 3), g.choice(["a", "b"], 3), type(g.bit_generator).__name__, np.random.SeedSequence(1).generate_state(1))
print(np.random.get_state()[0], len(np.random.RandomState(3).get_state()[1]), g.spawn(1)[0].random())
