// Asked in the finished root: which Node.js is this, and what has it? Loads every promised library, so that an image in which one
// is broken is never published. Arguments: module names. Answer: one JSON object.
'use strict';
const fs = require('node:fs');

const modules = '/node_modules';
const directories = fs.readdirSync(modules).flatMap((name) =>
  name.startsWith('@') ? fs.readdirSync(`${modules}/${name}`).map((inner) => `${name}/${inner}`) : [name]);
const packages = directories.map((directory) => {
  const { name, version, license } = JSON.parse(fs.readFileSync(`${modules}/${directory}/package.json`, 'utf8'));
  return { name, version, licence: license };
});

const libraries = {};
for (const name of process.argv.slice(2)) {
  require(`${modules}/${name}`);
  libraries[name] = packages.find((found) => found.name === name).version;
}

console.log(JSON.stringify({
  version: process.versions.node,
  implementation: `Node.js (V8 ${process.versions.v8})`,
  libraries,
  packages,
}));
