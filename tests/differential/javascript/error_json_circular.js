const a = { name: 'a', list: [] };
a.list.push({ back: a });
JSON.stringify(a);
