// The whole way with programs that speak MCP: every tool by each of them, and all of the conformance suite that applies.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { conform, inspect, remote } from '../support/mcp.mjs';
import { control } from '../support/wire.mjs';

/** The tools in an order in which each finds what it needs, and a part of what each says. */
const calls = [
  ['write', { path: 'walk.txt', content: 'one' }, 'Wrote 3 bytes'],
  ['read', { path: 'walk.txt' }, '1\tone'],
  ['edit', { path: 'walk.txt', old_str: 'one', new_str: 'two' }, ''],
  ['bash', { command: 'cat walk.txt' }, 'two'],
  ['sandbox_create', {}, 'Already active'],
];
const scenarios = ['server-initialize', 'ping', 'tools-list', 'server-sse-polling', 'server-sse-multiple-streams'];

async function byInspector(session, name, args) {
  const pairs = Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${value}`]);
  const { status, out, err } = await inspect(session, '--method', 'tools/call', '--tool-name', name, ...pairs);
  assert.equal(status, 0, err + out);
  return JSON.parse(out).content[0].text;
}

async function inNewSession(walk) {
  const session = (await control('POST', '/sessions', {})).json.sessionID;
  try {
    await walk(session);
  } finally {
    await control('DELETE', `/sessions/${session}`);
  }
}

/** Emits one line for each step; gives how many of them are not as they should be. */
export async function walkMcp(say) {
  let wrong = 0;
  const step = async (name, work) => {
    const error = await work().then(() => null, (failure) => failure);
    if (error) wrong++;
    say(`${error ? '!' : 'ok'}`.padEnd(4) + name + (error ? `: ${error.message}` : ''));
  };
  const all = async (program, call) => {
    for (const [name, args, words] of calls) {
      await step(`${program} ${name}`, async () => assert.ok((await call(name, args)).includes(words)));
    }
  };
  await inNewSession((session) => all('inspector', (name, args) => byInspector(session, name, args)));
  await inNewSession(async (session) => {
    const client = new Client({ name: 'sandbar-compat', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ ...remote(session), stderr: 'ignore' }));
    await all('mcp-remote', async (name, args) => (await client.callTool({ name, arguments: args })).content[0].text);
    await client.close();
  });
  await inNewSession(async (session) => {
    for (const scenario of scenarios) {
      await step(`conformance ${scenario}`, async () => {
        const { status, out, err } = await conform(session, scenario);
        assert.equal(status, 0, err + out);
      });
    }
  });
  return wrong;
}
