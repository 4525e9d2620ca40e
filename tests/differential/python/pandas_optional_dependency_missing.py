import pandas as pd

d = pd.DataFrame({"a": [1]})
for action in (lambda: d.to_excel("x.xlsx"), lambda: d.to_parquet("x"), lambda: d.plot(), lambda: d.to_markdown(), lambda: d.style, lambda: pd.read_html("<table></table>")):
    try:
        action(); print("done")
    except (ImportError, AttributeError, ValueError) as error:
        print(type(error).__name__, str(error).split("\n")[0])
