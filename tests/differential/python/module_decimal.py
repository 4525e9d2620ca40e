import decimal
from decimal import Decimal, getcontext, localcontext

print(getcontext())
print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / 7, Decimal(2).sqrt(), Decimal("1e-3").normalize().as_tuple())
with localcontext(prec=50, rounding=decimal.ROUND_UP) as context:
    print(Decimal(1) / 3, context.flags[decimal.Inexact])
getcontext().traps[decimal.FloatOperation] = True
for bad in (lambda: Decimal(1) / 0, lambda: Decimal("x"), lambda: Decimal(1.5) < 2.5):
    try:
        bad()
    except decimal.DecimalException as error:
        print(type(error).__name__, error)
print(format(Decimal("1234567.891"), ",.2f"), getcontext().prec)
