import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { test } from 'node:test';
import { sandboxUrl } from '../support/service.mjs';
import { createSandbox, envelope, killSandbox, open, routing } from '../support/wire.mjs';

const sleep = { process: { cmd: 'sleep', args: ['300'] } };

test('a killed sandbox resets its streams over HTTP/1.1', async () => {
  const sandbox = await createSandbox();
  const stream = await open(sandbox, 'process.Process/Start', envelope(sleep));
  await new Promise((resolve) => stream.once('data', resolve));
  const ended = new Promise((resolve) => {
    stream.on('error', resolve);
    stream.on('end', () => resolve(undefined));
  });
  await killSandbox(sandbox);
  assert.equal((await ended)?.code, 'ECONNRESET');
});

// Node tells a stream that was reset by CANCEL as one that has ended.
test('a killed sandbox ends its streams over HTTP/2 with an error', async () => {
  const sandbox = await createSandbox();
  const session = http2.connect(sandboxUrl);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/process.Process/Start',
    'content-type': 'application/connect+json',
    ...routing(sandbox),
  });
  const body = envelope(sleep);
  stream.end(body);
  await new Promise((resolve, reject) => {
    stream.once('data', resolve);
    stream.once('error', reject);
  });
  const ended = new Promise((resolve) => {
    stream.on('error', resolve);
    stream.on('end', () => resolve(undefined));
  });
  await killSandbox(sandbox);
  assert.match((await ended)?.message ?? 'no error', /NGHTTP2_INTERNAL_ERROR/);
  session.close();
});
