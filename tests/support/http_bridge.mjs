// A server that speaks stdio, served over HTTP for a suite that speaks nothing else: one process for each session.
// Arguments: the folder of the SDK's modules, command, script. Prints its URL.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

const [sdk, command, script] = process.argv.slice(2);
const { StreamableHTTPServerTransport } = await import(`${sdk}/server/streamableHttp.js`);
const { StdioClientTransport } = await import(`${sdk}/client/stdio.js`);
const sessions = new Map();

async function open() {
  const stdio = new StdioClientTransport({ command, args: [script], env: process.env, stderr: "ignore" });
  const http = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, http),
  });
  http.onmessage = (message) => stdio.send(message);
  stdio.onmessage = (message) => http.send(message);
  http.onclose = () => stdio.close();
  await stdio.start();
  await http.start();
  return http;
}

const server = createServer(async (request, response) => {
  const known = sessions.get(request.headers["mcp-session-id"]);
  await (known ?? (await open())).handleRequest(request, response);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
process.stdin.on("end", () => process.exit(0)).resume();
