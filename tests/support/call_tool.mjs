// One call over a TypeScript SDK: modules of the client and its transport, command, script, tool, arguments as JSON.
const [clientModule, stdioModule, command, script, tool, given] = process.argv.slice(2);
const { Client } = await import(clientModule);
const { StdioClientTransport } = await import(stdioModule);
const client = new Client({ name: "test", version: "1" });
await client.connect(new StdioClientTransport({ command, args: [script], env: process.env, stderr: "inherit" }));
const { tools } = await client.listTools();
const result = await client.callTool({ name: tool, arguments: JSON.parse(given) });
console.log(JSON.stringify({ server: client.getServerVersion(), tools: tools.map((each) => each.name), result }));
await client.close();
