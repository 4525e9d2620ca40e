import json, math

print(json.dumps({"b": [1, 2.5, None, True], "a": "é\u2028\"", 3: {}}, sort_keys=False, indent=1, ensure_ascii=False))
print(json.dumps([math.nan, math.inf, 1e300]), json.loads("[NaN, 1e5, \"\\ud83d\\ude00\"]"))
print(json.loads('{"x": 1, "x": 2}', object_pairs_hook=list), json.loads("1.10", parse_float=str))
for bad in ("{'a': 1}", "[1,]", "", '"\x01"'):
    try:
        json.loads(bad)
    except json.JSONDecodeError as error:
        print(error)
json.dumps({"k": [object]})
