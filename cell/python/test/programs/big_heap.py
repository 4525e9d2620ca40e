import gc
import json
rows = [{"id": i, "tags": [str(i), i * 2.5]} for i in range(60000)]
print(len(json.dumps(rows)), gc.isenabled())
