// Serves itself on a fixed port; two executions do so at once.
const http = require("node:http");
const server = http.createServer((_, response) => response.end("own answer")).listen(8080, "127.0.0.1", async () => {
  await new Promise((later) => setTimeout(later, 1000));
  console.log(await (await fetch("http://127.0.0.1:8080/")).text());
  server.close();
  server.closeAllConnections();
});
