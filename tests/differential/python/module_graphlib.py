import graphlib

print(list(graphlib.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"b"}}).static_order()))
sorter = graphlib.TopologicalSorter({1: [2], 3: [2]})
sorter.prepare()
print(sorter.get_ready(), sorter.is_active()); sorter.done(2); print(sorted(sorter.get_ready()))
list(graphlib.TopologicalSorter({"a": "b", "b": "a"}).static_order())
