// The npm package @modelcontextprotocol/sdk as a client of sessions' tools.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { apiKey, apiUrl, eventually, otherKey } from '../support/service.mjs';
import { assertError, control } from '../support/wire.mjs';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const opened = new Set();

async function openSession() {
  const answer = await control('POST', '/sessions', {});
  assert.equal(answer.status, 201, answer.text);
  opened.add(answer.json.sessionID);
  return answer.json.sessionID;
}

const path = (session) => `/sessions/${session}/mcp`;

async function connect(session, headers = { authorization: `Bearer ${apiKey}` }) {
  const client = new Client({ name: 'sandbar-e2e', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(apiUrl + path(session)), { requestInit: { headers } });
  const errors = [];
  client.onerror = (error) => errors.push(error);
  await client.connect(transport);
  return { client, transport, errors };
}

const call = (client, name, args, options) => client.callTool({ name, arguments: args }, undefined, options);

/** The text of a call that succeeds. */
async function done(client, name, args, options) {
  const result = await call(client, name, args, options);
  assert.ok(!result.isError, result.content[0].text);
  return result.content[0].text;
}

describe('tools of a session by MCP', { timeout: 120_000 }, () => {
  let session;
  let mcp;
  before(async () => {
    session = await openSession();
    mcp = await connect(session);
  });
  after(async () => {
    await mcp?.client.close();
    await Promise.all([...opened].map((id) => control('DELETE', `/sessions/${id}`)));
  });

  test('a client is told what there is', async () => {
    assert.equal(mcp.client.getServerVersion().name, 'sandbar');
    assert.equal(mcp.transport.protocolVersion, '2025-11-25');
    await mcp.client.ping();
    const { tools } = await mcp.client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name).sort(), ['bash', 'edit', 'read', 'sandbox_create', 'write']);
    for (const { name, description, inputSchema } of tools) {
      assert.equal(inputSchema.type, 'object');
      if (name !== 'edit') assert.match(description, /already there/);
    }
  });

  test('a command tells its output while it runs', async () => {
    const progress = [];
    const began = Date.now();
    const text = await done(mcp.client, 'bash', { command: 'for i in 1 2 3; do echo line $i; sleep 0.4; done' }, {
      onprogress: (told) => progress.push({ ...told, after: Date.now() - began }),
    });
    assert.match(text, /line 1\nline 2\nline 3/);
    const lines = progress.filter((told) => told.message.includes('line'));
    assert.ok(lines.length >= 2, JSON.stringify(progress));
    assert.ok(lines.at(-1).after - lines[0].after >= 300, 'it comes while the command runs');
    for (let i = 1; i < progress.length; i++) assert.ok(progress[i].progress > progress[i - 1].progress);
  });

  test('a failed command is an error for the AI, with its fields', async () => {
    const result = await call(mcp.client, 'bash', { command: 'echo before; exit 3' });
    assert.equal(result.isError, true);
    assert.equal(result._meta['sandbar/result'].exitCode, 3);
    assert.match(result.content[0].text, /before/);
  });

  test('a cancelled call ends its command', async () => {
    const stop = new AbortController();
    const began = call(mcp.client, 'bash', { command: 'echo $$ > /home/user/pid; exec sleep 300' }, { signal: stop.signal });
    const refused = assert.rejects(began);
    const alive = 'kill -0 "$(cat /home/user/pid)" 2>/dev/null && echo alive || echo gone';
    const is = (state) => async () => (await done(mcp.client, 'bash', { command: alive })).includes(state);
    await eventually('the command runs', is('alive'));
    stop.abort('enough');
    await refused;
    await eventually('the command is gone', is('gone'));
  });

  test('a client that goes away ends its command', async () => {
    const other = await connect(session);
    const began = call(other.client, 'bash', { command: 'echo $$ > /home/user/left; exec sleep 300' }).catch(() => 'left');
    const alive = 'kill -0 "$(cat /home/user/left)" 2>/dev/null && echo alive || echo gone';
    const is = (state) => async () => (await done(mcp.client, 'bash', { command: alive })).includes(state);
    await eventually('the command runs', is('alive'));
    await other.transport.close();
    assert.equal(await began, 'left');
    await eventually('the command is gone', is('gone'));
  });

  test('files are written, read and changed', async () => {
    await done(mcp.client, 'write', { path: 'poem.txt', content: 'roses are red\nviolets are blue\n' });
    await done(mcp.client, 'edit', { path: 'poem.txt', old_str: 'red', new_str: 'white' });
    assert.match(await done(mcp.client, 'read', { path: 'poem.txt' }), /1\troses are white\n\s*2\tviolets are blue/);
    const unread = await call(mcp.client, 'edit', { path: 'poem.txt', old_str: 'green', new_str: 'x' });
    assert.equal(unread.isError, true);
  });

  test('wrong arguments are told to the AI, an unknown tool to the client', async () => {
    const result = await call(mcp.client, 'bash', { command: 5 });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /command/);
    await assert.rejects(call(mcp.client, 'none', {}), { code: -32602 });
  });

  test('other hardware has to be approved by a person', async () => {
    const result = await call(mcp.client, 'sandbox_create', { hardware: 'cpu-upgrade' });
    assert.match(result.content[0].text, /approv/i);
    assert.match(await done(mcp.client, 'bash', { command: 'echo still here' }), /still here/);
  });

  test('a client that ends leaves nothing, and its id stays as good as it was', async () => {
    const other = await connect(session, { 'x-api-key': apiKey });
    const id = other.transport.sessionId;
    assert.ok(id);
    await other.transport.terminateSession();
    await other.client.close();
    assert.equal((await send(session, id)).status, 200);
  });

  test('a call that prints nothing outlives a short limit of its client, since it tells that it goes on', async () => {
    const told = [];
    const options = { timeout: 7_000, resetTimeoutOnProgress: true, onprogress: ({ message }) => told.push(message) };
    assert.match(await done(mcp.client, 'bash', { command: 'sleep 9; echo late' }, options), /late/);
    assert.match(told.join(), /bash goes on \(\d+ s\)/);
  });

  test('what is too long for write is an error for the AI, which the client lives through', async () => {
    for (const size of [4 * 1024 * 1024 + 1, 12 * 1024 * 1024]) {
      const result = await call(mcp.client, 'write', { path: 'long.txt', content: 'x'.repeat(size) });
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /write takes at most 4 MiB at once/);
    }
    const content = 'line\n'.repeat(Math.floor((4 * 1024 * 1024) / 5));
    assert.match(await done(mcp.client, 'write', { path: 'long.txt', content }), /Wrote 4194300 bytes/);
  });

  const send = (to, id, headers = {}) =>
    control('POST', path(to), { jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-session-id': id, ...headers });

  test('a client is accepted on its own path, of its owner and from its own host only', async () => {
    const id = mcp.transport.sessionId;
    assert.equal((await send(session, id)).status, 200);
    assertError(await send(await openSession(), id), 404);
    if (otherKey) assertError(await send(session, id, { 'x-api-key': otherKey }), 404);
    assertError(await send(session, id, { origin: 'https://evil.example' }), 403);
    assert.equal((await send(session, id, { origin: new URL(apiUrl).origin })).status, 200);
    assertError(await send(session, id, { 'x-api-key': 'wrong' }), 401);
  });

  test('nothing was said that the client did not understand', async () => {
    await wait(100);
    assert.deepEqual(mcp.errors, []);
  });
});
