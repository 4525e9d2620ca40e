import sys, json
first = json; del sys.modules["json"]
import json
print(first is json, json.loads("[1]"), sys.modules["json"] is json)
sys.modules["made_up"] = 5; import made_up; print(made_up)
sys.modules["blocked"] = None
import blocked
