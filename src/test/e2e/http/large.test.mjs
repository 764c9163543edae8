import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { apiKey, apiUrl, sandboxUrl } from '../support/service.mjs';
import { assertError, assertStreamError, control, createSandbox, envelope, envelopes, killSandbox, open, routing } from '../support/wire.mjs';

/** Sends up to a GiB and gives the answer and how much was taken until it came. */
function flood(url, headers, total, first = '') {
  return new Promise((resolve, reject) => {
    const part = Buffer.alloc(64 << 10, 'x');
    let sent = 0;
    let answered = false;
    const request = http.request(url, { method: 'POST', agent: false, headers });
    request.on('error', (error) => {
      if (!answered) reject(error);
    });
    request.on('response', async (response) => {
      answered = true;
      let text = '';
      try {
        for await (const chunk of response) text += chunk;
      } catch {
        // The service may close on a client that goes on sending.
      }
      request.destroy();
      resolve({ status: response.statusCode, text, json: text ? JSON.parse(text) : undefined, sent });
    });
    const more = () => {
      if (answered || request.destroyed) return;
      if (sent >= total) return request.end();
      sent += part.length;
      if (request.write(part)) setImmediate(more);
      else request.once('drain', more);
    };
    request.write(first);
    more();
  });
}

describe('input beyond all bounds', { timeout: 120_000 }, () => {
  let sandbox;
  before(async () => {
    sandbox = await createSandbox();
  });
  after(() => killSandbox(sandbox));
  const json = { 'content-type': 'application/json', 'x-api-key': apiKey };
  const gib = 1 << 30;

  test('a JSON body of a GiB is refused early, with its length announced', async () => {
    const answer = await flood(`${apiUrl}/v2/sandboxes`, { ...json, 'content-length': gib }, gib, '{"templateID":"');
    assertError(answer, 413);
    assert.ok(answer.sent < 64 << 20, `${answer.sent} bytes were taken`);
  });

  test('and in chunks', async () => {
    const answer = await flood(`${apiUrl}/v2/sandboxes`, json, gib, '{"templateID":"');
    assertError(answer, 413);
    assert.ok(answer.sent < 64 << 20, `${answer.sent} bytes were taken`);
  });

  test('and to a Connect call', async () => {
    const headers = { ...routing(sandbox), 'content-type': 'application/json', 'connect-protocol-version': '1' };
    const answer = await flood(`${sandboxUrl}/filesystem.Filesystem/Stat`, headers, gib, '{"path":"');
    assertError(answer, [400, 413], ['invalid_argument', 413]);
    assert.ok(answer.sent < 64 << 20, `${answer.sent} bytes were taken`);
  });

  test('a frame that claims 4 GiB is refused at its head', async () => {
    const answer = await open(sandbox, 'process.Process/Start', envelope('{"process":', 0, 0xffffffff));
    const result = { status: answer.statusCode };
    for await (const { last, message } of envelopes(answer)) if (last) result.trailer = message;
    assertStreamError(result, 'invalid_argument');
  });

  test('oversized headers are refused', async () => {
    const answer = await new Promise((resolve) => {
      const { hostname, port } = new URL(apiUrl);
      const socket = net.connect(Number(port), hostname);
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      socket.on('error', () => resolve(text));
      socket.on('close', () => resolve(text));
      socket.write(`GET /v2/sandboxes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Api-Key: ${apiKey}\r\nX-Long: ${'a'.repeat(60_000)}\r\n\r\n`);
    });
    const status = Number(answer.split(' ')[1]);
    const text = answer.slice(answer.indexOf('\r\n\r\n') + 4);
    assertError({ status, text, json: JSON.parse(text) }, [400, 413, 431]);
  });

  test('what is no HTTP is refused', async () => {
    const { hostname, port } = new URL(apiUrl);
    const answer = await new Promise((resolve) => {
      const socket = net.connect(Number(port), hostname, () => socket.end('\x16\x03\x01 nonsense\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      socket.on('close', () => resolve(text));
      socket.on('error', () => resolve(text));
    });
    assert.match(answer, /^(HTTP\/1\.[01] 400 |$)/);
  });

  test('the service is unharmed by all of this', async () => {
    assert.equal((await control('GET', `/sandboxes/${sandbox.sandboxID}`)).status, 200);
  });
});
