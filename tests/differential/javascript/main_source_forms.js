#!/usr/bin/env node
// A hashbang line, HTML-like comments and a directive in one file.
'use strict'
<!-- an old comment
console.log(__filename, new Error().stack.split('\n')[1].trim())
let a = 1
;[2, 3].forEach((x) => { a += x })
console.log(a); throw new Error('line ' + 8)
