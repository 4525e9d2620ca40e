"""Random sources that exist in the zygote: each child must have its own, or all would draw the same numbers."""

import gc
import sys

_renewals = []


def find():
    """Notes every source in memory; one that cannot be renewed is an error."""
    for renew in map(_renewal, _objects()):
        if renew is not None and renew not in _renewals:
            _renewals.append(renew)


def renew():
    for seed in _renewals:
        seed()
    if symbol := sys.modules.get("sympy.core.symbol"):  # drawn once, when it was imported
        symbol.Dummy._base_dummy_index = symbol.Dummy._prng.randint(10**6, 9 * 10**6)


def _objects():
    """What the collector tracks and what that refers to: Random's own class is not tracked."""
    tracked = gc.get_objects()
    seen = set()
    for found in tracked, gc.get_referents(*tracked):
        for item in found:
            if id(item) not in seen:
                seen.add(id(item))
                yield item


def _renewal(item):
    core, random, numpy = (sys.modules.get(name) for name in ("_random", "random", "numpy.random"))
    if core and isinstance(item, core.Random):
        return None if random and isinstance(item, random.SystemRandom) else item.seed
    if not numpy:
        return None
    if isinstance(item, numpy.RandomState):
        return item.seed
    # The one of the global RandomState is renewed with it.
    if isinstance(item, numpy.BitGenerator) and item is not numpy.mtrand._rand._bit_generator:
        raise RuntimeError(f"{item!r} was made while libraries were imported: its children would repeat its numbers")
    return None
