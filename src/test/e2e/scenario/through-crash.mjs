// An MCP client that lives through a crash of its service. Takes the address of its session's route from each line of its
// input, one of the service before and one of the service after, and says in lines what it has met.
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const requestInit = { headers: { authorization: `Bearer ${process.env.E2B_API_KEY}` } };
const say = (what) => process.stdout.write(`${what}\n`);
const bash = (client, command, options) => client.callTool({ name: 'bash', arguments: { command } }, undefined, options);

async function connect(url, sessionId) {
  const client = new Client({ name: 'sandbar-scenario', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit, sessionId });
  await client.connect(transport);
  return { client, transport };
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const first = await connect((await lines.next()).value);
const broken = new Promise((resolve) => (first.client.onerror = resolve));
const onprogress = ({ message }) => message.trim() === 'begun' && say('begun'); // and not that it goes on
const call = bash(first.client, 'echo begun; exec sleep 1000', { onprogress });
await Promise.race([broken, call.then(assert.fail, () => {})]);
say('broken');

const url = (await lines.next()).value;
const second = await connect(url, first.transport.sessionId);
await second.client.ping();
say('known');
const result = await bash(second.client, 'cat ~/file');
assert.ok(!result.isError, result.content[0].text);
say(result.content[0].text.trim());
process.exit(0);
