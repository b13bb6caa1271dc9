// The official SDK for Node. Reads {command, arguments, environment, folder, calls: [[tool, arguments]]}; writes the tools and the answers.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const { url, command, environment, folder, calls } = JSON.parse(readFileSync(0, "utf8"));
const transport = url ? new StreamableHTTPClientTransport(new URL(url))
  : new StdioClientTransport({ command: command[0], args: command.slice(1), env: environment });
const client = new Client({ name: "test", version: "1" }, { capabilities: { roots: {} } });
client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: pathToFileURL(folder).href }] }));
await client.connect(transport);
const { tools } = await client.listTools();
const answers = [];
for (const [name, given] of calls) {
  const progress = [];
  const onprogress = (event) => progress.push(event.message ?? "");
  // The SDK compares what is structured with the tool's schema, and throws where it does not fit.
  const answer = await client.callTool({ name, arguments: given }, undefined, { onprogress });
  answers.push({ ...answer, progress });
}
await client.close();
console.log(JSON.stringify({ tools, answers }));
