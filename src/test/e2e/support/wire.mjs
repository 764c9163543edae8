// Plain HTTP against the service: control plane, Connect calls and Connect streams.
import assert from 'node:assert/strict';
import http from 'node:http';
import { apiKey, apiUrl, sandboxUrl } from './service.mjs';

/** One control-plane call; the body is sent as it is when it is a string. */
export async function control(method, path, body, headers = {}) {
  const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const answer = await fetch(apiUrl + path, {
    method,
    headers: { 'x-api-key': apiKey, ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: sent,
  });
  return read(answer);
}

export async function read(answer) {
  const text = await answer.text();
  let json;
  try {
    json = text === '' ? undefined : JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: answer.status, headers: answer.headers, text, json };
}

export async function createSandbox(options = {}) {
  const answer = await control('POST', '/v2/sandboxes', { templateID: 'base', timeout: 120, ...options });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

export const killSandbox = (sandbox) => control('DELETE', `/sandboxes/${sandbox.sandboxID}`);

/** What the SDKs send with every call to a sandbox. */
export function routing(sandbox) {
  return {
    'e2b-sandbox-id': sandbox.sandboxID,
    'e2b-sandbox-port': '49983',
    'x-access-token': sandbox.envdAccessToken,
  };
}

/** One unary Connect call. */
export async function unary(sandbox, method, body, headers = {}) {
  return read(
    await fetch(`${sandboxUrl}/${method}`, {
      method: 'POST',
      headers: {
        ...routing(sandbox),
        'content-type': 'application/json',
        'connect-protocol-version': '1',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

/** A plain call to a sandbox: /files, /health and the like. */
export async function data(sandbox, method, path, body, headers = {}) {
  return read(await fetch(sandboxUrl + path, { method, headers: { ...routing(sandbox), ...headers }, body }));
}

export function envelope(message, flags = 0, length = undefined) {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const head = Buffer.alloc(5);
  head.writeUInt8(flags, 0);
  head.writeUInt32BE(length ?? body.length, 1);
  return Buffer.concat([head, body]);
}

/** Opens a Connect stream and gives the answer as Node's own stream, which is not read before it is asked to. */
export function open(sandbox, method, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${sandboxUrl}/${method}`, {
      method: 'POST',
      agent: false,
      headers: {
        ...routing(sandbox),
        'content-type': 'application/connect+json',
        'connect-protocol-version': '1',
        'keepalive-ping-interval': '50',
        ...headers,
      },
    });
    request.on('response', resolve);
    request.on('error', reject);
    request.end(Buffer.isBuffer(body) ? body : envelope(body));
  });
}

/** The envelopes of a Connect stream, one after the other. */
export async function* envelopes(answer) {
  let rest = Buffer.alloc(0);
  for await (const chunk of answer) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      yield { last: (rest.readUInt8(0) & 2) !== 0, message: JSON.parse(rest.toString('utf8', 5, end)) };
      rest = rest.subarray(end);
    }
  }
}

/** Starts a process and reads its stream to the end. */
export async function start(sandbox, process, { user, headers = {}, ...more } = {}) {
  const basic = user ? { authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}` } : {};
  const answer = await open(sandbox, 'process.Process/Start', { process, stdin: false, ...more }, { ...basic, ...headers });
  const result = { status: answer.statusCode, stdout: [], stderr: [] };
  for await (const { last, message } of envelopes(answer)) {
    if (last) result.trailer = message;
    else if (message.event?.start) result.pid = message.event.start.pid;
    else if (message.event?.end) result.end = message.event.end;
    else if (message.event?.data?.stdout) result.stdout.push(Buffer.from(message.event.data.stdout, 'base64'));
    else if (message.event?.data?.stderr) result.stderr.push(Buffer.from(message.event.data.stderr, 'base64'));
  }
  result.stdout = Buffer.concat(result.stdout);
  result.stderr = Buffer.concat(result.stderr);
  return result;
}

export const bash = (script) => ({ cmd: '/bin/bash', args: ['-c', script] });

const leaks = /\bat [a-z]+\.[\w.$]+\(|Exception\b|java\.|reactor\.|netty|dev\.sandbar|Whitelabel|"trace"/;

/** An error answer as documented: the status, the code (numeric, or Connect's word), a message, nothing of the inside. */
export function assertError(answer, status, code = answer.status) {
  const statuses = [status].flat();
  assert.ok(statuses.includes(answer.status), `expected ${statuses}, got ${answer.status}: ${answer.text}`);
  assert.ok(answer.json, `no JSON in the answer: ${answer.status} ${answer.text}`);
  assert.ok([code].flat().includes(answer.json.code), `code in ${answer.text}`);
  assert.equal(typeof answer.json.message, 'string');
  assert.notEqual(answer.json.message, '');
  assert.doesNotMatch(answer.text, leaks);
}

/** The same for the error at the end of a Connect stream. */
export function assertStreamError(result, codes) {
  assert.equal(result.status, 200);
  assert.ok(result.trailer?.error, `no error at the end: ${JSON.stringify(result)}`);
  assert.ok([codes].flat().includes(result.trailer.error.code), JSON.stringify(result.trailer));
  assert.ok(result.trailer.error.message);
  assert.doesNotMatch(JSON.stringify(result.trailer), leaks);
}
