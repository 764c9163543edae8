// One short walk with each program from npm that speaks MCP.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { conform, inspect, remote } from '../support/mcp.mjs';
import { control } from '../support/wire.mjs';

const TOOLS = ['bash', 'edit', 'read', 'sandbox_create', 'write'];

describe('programs that speak MCP', { timeout: 170_000 }, () => {
  let session;
  before(async () => {
    const answer = await control('POST', '/sessions', {});
    assert.equal(answer.status, 201, answer.text);
    session = answer.json.sessionID;
  });
  after(() => control('DELETE', `/sessions/${session}`));

  test('the inspector lists the tools and calls one', async () => {
    const listed = await inspect(session, '--method', 'tools/list');
    assert.equal(listed.status, 0, listed.err + listed.out);
    assert.deepEqual(JSON.parse(listed.out).tools.map((tool) => tool.name).sort(), TOOLS);
    const called = await inspect(session, '--method', 'tools/call', '--tool-name', 'bash', '--tool-arg', 'command=echo inspected');
    assert.equal(called.status, 0, called.err + called.out);
    assert.equal(JSON.parse(called.out).content[0].text.trim(), 'inspected');
  });

  test('mcp-remote bridges to standard input and output', async () => {
    const client = new Client({ name: 'sandbar-e2e', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ ...remote(session), stderr: 'ignore' }));
    try {
      assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name).sort(), TOOLS);
      const result = await client.callTool({ name: 'bash', arguments: { command: 'echo bridged' } });
      assert.equal(result.content[0].text.trim(), 'bridged');
    } finally {
      await client.close();
    }
  });

  test('the conformance suite is content with what there is', async () => {
    const scenarios = ['server-initialize', 'tools-list', 'server-sse-multiple-streams'];
    for (const ran of await Promise.all(scenarios.map((scenario) => conform(session, scenario)))) {
      assert.equal(ran.status, 0, ran.out + ran.err);
      assert.match(ran.out, /Passed: (\d+)\/\1, 0 failed/);
    }
  });
});
