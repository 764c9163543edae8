// An MCP client that goes on with its session while the service behind its address is killed, stopped and started again.
// Takes the service's address of now from each line of its input, and says in lines what it has met.
import assert from 'node:assert/strict';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => new URL((await lines.next()).value);
const say = (what) => process.stdout.write(`${what}\n`);

/** One address for all services that come one after the other, as a host's name and port are. */
let service = await next();
const path = service.pathname;
const front = net.createServer((client) => {
  const behind = net.connect(Number(service.port), service.hostname);
  for (const [from, to] of [[client, behind], [behind, client]]) {
    from.pipe(to);
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
  }
});
await new Promise((listening) => front.listen(0, '127.0.0.1', listening));

const requestInit = { headers: { authorization: `Bearer ${process.env.E2B_API_KEY}` } };
const url = new URL(path, `http://127.0.0.1:${front.address().port}`);
const transport = new StreamableHTTPClientTransport(url, { requestInit });
const client = new Client({ name: 'sandbar-scenario', version: '1.0.0' });
await client.connect(transport);
const id = transport.sessionId;

async function bash(command, options) {
  const result = await client.callTool({ name: 'bash', arguments: { command } }, undefined, options);
  return { text: result.content[0].text.trim(), isError: result.isError, cause: result._meta['sandbar/result'].cause };
}

say((await bash('echo mine > ~/file; echo written')).text);

service = await next();
say((await bash('cat ~/file')).text);

let begun = () => {};
const running = new Promise((resolve) => (begun = resolve));
const call = bash('echo begun; sleep 230', { onprogress: ({ message }) => /begun/.test(message) && begun() });
await running;
say('begun');
const cut = await call;
assert.equal(cut.isError, true);
assert.match(cut.text, /^begun\n/);
say(`${cut.cause}: ${cut.text.split('ERROR: ')[1]}`);

service = await next();
const pid = /as process (\d+)/.exec(cut.text)[1];
say((await bash(`kill -0 ${pid} && echo goes on`)).text);
assert.equal(transport.sessionId, id);
process.exit(0);
