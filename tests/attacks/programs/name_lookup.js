// Looks up a name and fetches a page.
const dns = require("node:dns").promises;
async function failsAtOnce(what, call) {
  const start = performance.now();
  try {
    console.log(what, await call());
  } catch {
    console.log(`${what}: failed`, performance.now() - start < 2000 ? "at once" : "late");
  }
}
(async () => {
  await failsAtOnce("lookup", () => dns.lookup("example.com"));
  await failsAtOnce("fetch", () => fetch("http://example.com/"));
  await failsAtOnce("fetch of an address", () => fetch("http://169.254.169.254/latest/meta-data/"));
})();
