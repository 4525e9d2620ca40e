import bisect, heapq

grades = [bisect.bisect([60, 70, 80, 90], score) for score in (33, 99, 77, 70, 89, 90, 100)]
print("".join("FDCBA"[g] for g in grades))
rows = [(3, "c"), (1, "a"), (2, "b")]
bisect.insort(rows, (2, "a"), key=lambda row: row[0])
print(rows)
heap = [5, 1, 8, 3]
heapq.heapify(heap)
print(heapq.heappushpop(heap, 2), heap, heapq.nlargest(2, heap), list(heapq.merge([1, 4], [2, 3])))
