// Programs from npm that speak MCP: each is started as its users start it, and given a session's address.
import { spawn } from 'node:child_process';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { apiKey, apiUrl } from './service.mjs';

const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));

/** The command of a bridge from standard input and output to a session, as desktop applications start it. */
export const remote = (session) => ({
  command: process.execPath,
  args: [bin('mcp-remote'), address(session), '--transport', 'http-only', '--allow-http', '--header', `X-API-Key:${apiKey}`],
});

export const address = (session) => `${apiUrl}/sessions/${session}/mcp`;

/** Runs a program to its end; gives its status and what it printed. */
function run(name, args, limitMs = 60_000) {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, [bin(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
    let out = '';
    let err = '';
    program.stdout.on('data', (text) => (out += text));
    program.stderr.on('data', (text) => (err += text));
    program.on('error', reject);
    program.on('close', (status) => resolve({ status, out, err }));
  });
}

/** The inspector without a window. */
export const inspect = (session, ...args) =>
  run('mcp-inspector', ['--cli', address(session), '--transport', 'http', '--header', `X-API-Key: ${apiKey}`, ...args]);

/** One scenario of MCP's conformance suite. It can't be given a key, so that something in front of the service adds one. */
export async function conform(session, scenario) {
  const front = http.createServer((asked, answer) => {
    const headers = { ...asked.headers, 'x-api-key': apiKey };
    const behind = http.request(new URL(asked.url, apiUrl), { method: asked.method, headers }, (told) => {
      answer.writeHead(told.statusCode, told.headers);
      told.pipe(answer);
    });
    behind.on('error', () => answer.destroy());
    answer.on('close', () => behind.destroy());
    asked.pipe(behind);
  });
  await new Promise((listening) => front.listen(0, '127.0.0.1', listening));
  try {
    const url = `http://localhost:${front.address().port}/sessions/${session}/mcp`;
    return await run('conformance', ['server', '--url', url, '--scenario', scenario]);
  } finally {
    front.closeAllConnections();
    front.close();
  }
}
