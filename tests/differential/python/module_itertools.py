import itertools as it

print(list(it.chain.from_iterable(["ab", "c"])), list(it.islice(it.cycle("xy"), 5)), list(it.accumulate([1, 2, 3, 4], lambda a, b: a * b)))
print(["".join(p) for p in it.permutations("abc", 2)], list(it.combinations_with_replacement("ab", 2)), list(it.product((0, 1), repeat=2)))
print({k: len(list(g)) for k, g in it.groupby("aabbbc")}, list(it.pairwise("abc")), list(it.batched("abcdefg", 3)))
a, b = it.tee(iter([1, 2, 3]))
print(next(a), list(b), list(a), list(it.zip_longest("ab", "c", fillvalue="-")), list(it.takewhile(lambda x: x < 3, it.count())))
