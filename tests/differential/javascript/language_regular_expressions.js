console.log('2024-05-06'.match(/(?<y>\d{4})-(?<m>\d\d)/).groups, [...'a1b22'.matchAll(/\d+/g)].map((m) => [m[0], m.index]), 'aBc'.replace(/b/i, (m, at) => `[${m}${at}]`), /\p{Lu}/u.test('É'), /(?<=\$)\d+/.exec('cost $42')[0], /^.$/s.test('\n'), /[\p{L}--[a-z]]/v.test('É'));
const sticky = /a/y; sticky.lastIndex = 1; console.log(sticky.test('ba'), sticky.lastIndex, /a|ab/.exec('abc')[0], 'x'.search(/y/), RegExp.$1, /(?:)/.source, new RegExp('/').toString(), /a/dg.exec('ba').indices[0]);
new RegExp('[z-a]');
