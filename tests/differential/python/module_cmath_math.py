import cmath, math

print(cmath.sqrt(-2), cmath.phase(-1 + 0j), cmath.exp(1j * math.pi).real)
print(math.fsum([0.1] * 10), math.comb(50, 7), math.isqrt(10 ** 30), math.nextafter(1, 2), math.ulp(1e300))
print(math.dist((0, 0), (3, 4)), math.gamma(5.5), math.lcm(4, 6, 15), math.remainder(7, 4))
for bad in (lambda: math.sqrt(-1), lambda: math.factorial(-1), lambda: math.exp(1000), lambda: cmath.log(0)):
    try:
        bad()
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)
