// The first tool call of a session by the npm MCP client; over HTTP it is in FirstCallIT.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { apiKey, apiUrl } from '../support/service.mjs';
import { control } from '../support/wire.mjs';

const opened = [];
const requestInit = { headers: { authorization: `Bearer ${apiKey}` } };

async function open() {
  const answer = await control('POST', '/sessions', {});
  assert.equal(answer.status, 201, answer.text);
  opened.push(answer.json.sessionID);
  return answer.json;
}

async function firstCall(session, onprogress = () => {}) {
  const client = new Client({ name: 'sandbar-scenario', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${apiUrl}/sessions/${session}/mcp`), { requestInit }));
  const result = await client.callTool({ name: 'bash', arguments: { command: 'echo hello' } }, undefined, { onprogress });
  await client.close();
  assert.ok(!result.isError, JSON.stringify(result));
  assert.match(result.content[0].text, /hello/);
}

describe('the first tool call by MCP', { timeout: 60_000 }, () => {
  after(() => Promise.all(opened.map((id) => control('DELETE', `/sessions/${id}`))));

  for (const ms of [0, 50, 5000]) {
    test(`succeeds ${ms} ms after the opening, in the one sandbox that was made`, async () => {
      const { sessionID: id, sandbox } = await open();
      await new Promise((resolve) => setTimeout(resolve, ms));
      await firstCall(id);
      const now = (await control('GET', `/sessions/${id}`)).json.sandbox;
      assert.deepEqual([now.state, now.sandboxID], ['ready', sandbox.sandboxID]);
    });
  }

  test('hears that the sandbox is being made, behind others', async () => {
    await Promise.all(Array.from({ length: 40 }, open));
    const { sessionID: id } = await open();
    const told = [];
    await firstCall(id, ({ message }) => told.push(message));
    assert.match(told[0], /The sandbox is being created/);
  });
});
