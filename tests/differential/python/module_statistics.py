import statistics as s

data = [2.5, 3.25, 5.5, 11.25, 11.75, 3.25]
print(s.mean(data), s.median(data), s.mode(data), s.stdev(data), s.quantiles(data, n=4), s.harmonic_mean([40, 60]), s.geometric_mean([1, 10, 100]))
print(s.linear_regression([1, 2, 3], [2, 4, 6.5]), s.NormalDist(0, 1).cdf(1.96), s.correlation([1, 2, 3], [3, 2, 1]), s.multimode("aabb"))
s.stdev([1])
