def total(*numbers, scale):
    return sum(numbers) * scale
print(
    total(
        1,
        "two",
        scale=3,
    )
)
