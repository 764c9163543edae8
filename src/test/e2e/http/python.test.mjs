// What E2B's Python SDK sends, by its versions. It isn't installed here: its heads and bodies are recorded from its sources.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, describe, test } from 'node:test';
import { apiKey, apiUrl, eventually, unique } from '../support/service.mjs';
import { assertError, control, envelope, envelopes } from '../support/wire.mjs';

/**
 * Which versions do what.
 * @typedef {object} Version
 * @property {boolean} [routedConnect] "connect" sends the headers of the sandbox to the control plane
 * @property {boolean} [bareToken] after "connect" calls to the sandbox have its token, and no other header that names it
 */
const versions = [
  { version: '2.7.0', routedConnect: true, bareToken: true, network: false },
  { version: '2.15.0', routedConnect: true, bareToken: true, network: true },
  { version: '2.26.0', routedConnect: true, network: true, autoResume: true },
  { version: '2.45.1', network: true, autoResume: true },
  { version: '2.51.0', v2: true },
];

/** One request with exactly these headers. */
function send(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const url = new URL(apiUrl + path);
    const request = http.request(url, { method, agent: false, headers });
    request.on('error', reject);
    request.on('response', resolve);
    request.end(body);
  });
}

async function answer(response) {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode, text, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined };
}

/** As json_format.MessageToJson prints. */
const message = (value) => JSON.stringify(value, null, 2);

class Sandbox {
  constructor(version, created, named) {
    this.version = version;
    this.id = created.sandboxID;
    this.headers = {
      'user-agent': `e2b-python-sdk/${version.version}`,
      'x-access-token': created.envdAccessToken,
      ...(named ? { 'e2b-sandbox-id': this.id, 'e2b-sandbox-port': '49983' } : {}),
    };
  }

  static api(version) {
    return {
      'user-agent': `e2b-python-sdk/${version.version}`,
      lang: 'python',
      lang_version: '3.12.3',
      machine: 'x86_64',
      package_version: version.version,
      publisher: 'e2b',
      release: '6.8.0',
      sdk_runtime: 'python',
      system: 'Linux',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate',
      connection: 'keep-alive',
      'x-api-key': apiKey,
    };
  }

  static call(version, method, path, body, headers = {}) {
    const content = body && Buffer.from(JSON.stringify(body));
    const described = content ? { 'content-type': 'application/json', 'content-length': content.length } : {};
    return send(method, path, { ...Sandbox.api(version), ...headers, ...described }, content).then(answer);
  }

  static async create(version, metadata) {
    const body = {
      templateID: 'base',
      timeout: 120,
      envVars: { GREETING: 'hi' },
      metadata,
      secure: true,
      allow_internet_access: true,
      autoPause: false,
      ...(version.network ? { network: { allowPublicTraffic: true } } : {}),
      ...(version.autoResume ? { autoResume: { enabled: false } } : {}),
    };
    const { secure, allow_internet_access, autoPause, ...v2 } = body;
    const created = await Sandbox.call(version, 'POST', version.v2 ? '/v2/sandboxes' : '/sandboxes', version.v2 ? v2 : body);
    assert.equal(created.status, 201, created.text);
    return new Sandbox(version, created.json, true);
  }

  static connect(version, id) {
    const named = version.routedConnect ? { 'e2b-sandbox-id': id, 'e2b-sandbox-port': '49983' } : {};
    return Sandbox.call(version, 'POST', `${version.v2 ? '/v2' : ''}/sandboxes/${id}/connect`, { timeout: 300 }, named);
  }

  start(cmd, user) {
    const basic = user ? { authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}` } : {};
    const body = envelope(message({ process: { cmd: '/bin/bash', args: ['-l', '-c', cmd] }, stdin: false }));
    const headers = {
      ...this.headers,
      ...basic,
      'keepalive-ping-interval': '50',
      'connect-timeout-ms': '60000',
      'connect-protocol-version': '1',
      'connect-content-encoding': 'identity',
      'content-type': 'application/connect+json',
      'content-length': body.length,
    };
    return send('POST', '/process.Process/Start', headers, body);
  }

  async run(cmd, user) {
    const response = await this.start(cmd, user);
    assert.equal(response.statusCode, 200);
    let stdout = '';
    let end;
    for await (const { last, message: said } of envelopes(response)) {
      if (last) return { stdout, exitCode: end.exitCode ?? 0, error: said.error };
      if (said.event.data?.stdout) stdout += Buffer.from(said.event.data.stdout, 'base64');
      if (said.event.end) end = said.event.end;
    }
    throw new Error('the stream has no end');
  }

  unary(method, value) {
    const body = Buffer.from(message(value));
    const headers = {
      ...this.headers,
      'connect-protocol-version': '1',
      'content-encoding': 'identity',
      'content-type': 'application/json',
      'content-length': body.length,
    };
    return send('POST', `/${method}`, headers, body).then(answer);
  }

  write(path, content) {
    const boundary = 'a3f1c0de5b7e4f6a9d8c7b6a5f4e3d2c';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${path}"\r\nContent-Type: text/plain\r\n\r\n`;
    const body = Buffer.from(`${head}${content}\r\n--${boundary}--\r\n`);
    const headers = {
      ...this.headers,
      accept: '*/*',
      'accept-encoding': 'gzip, deflate',
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': body.length,
    };
    return send('POST', `/files?path=${encodeURIComponent(path)}`, headers, body).then(answer);
  }

  get(path) {
    return send('GET', path, { ...this.headers, accept: '*/*', 'accept-encoding': 'gzip, deflate' }).then(answer);
  }
}

for (const version of versions) {
  describe(`the Python SDK ${version.version}`, { timeout: 60_000 }, () => {
    const label = unique();
    let sandbox;
    let connected;
    after(() => control('DELETE', `/sandboxes/${sandbox.id}`));

    test('creates, runs, and writes and reads files', async () => {
      sandbox = await Sandbox.create(version, { label });
      assert.deepEqual(await sandbox.run('echo $GREETING; exit 3'), { stdout: 'hi\n', exitCode: 3, error: undefined });
      assert.equal((await sandbox.run('id -un', 'root')).stdout, 'root\n');
      assert.equal((await sandbox.write('dir/a.txt', 'from Python')).json[0].path, '/home/user/dir/a.txt');
      assert.equal((await sandbox.get('/files?path=dir%2Fa.txt')).text, 'from Python');
      const listed = await sandbox.unary('filesystem.Filesystem/ListDir', { path: 'dir', depth: 1 });
      assert.deepEqual(listed.json.entries.map((entry) => entry.name), ['a.txt']);
    });

    test('connects, and does the same with what that gave it', async () => {
      const answered = await Sandbox.connect(version, sandbox.id);
      assert.equal(answered.status, 200, answered.text);
      connected = new Sandbox(version, answered.json, !version.bareToken);
      assert.equal((await connected.run('cat dir/a.txt')).stdout, 'from Python');
      assert.equal((await connected.write('b.txt', 'again')).status, 200);
      assert.equal((await connected.get('/files?path=b.txt')).text, 'again');
      assert.equal((await connected.unary('process.Process/List', {})).status, 200);
      assert.equal((await connected.get('/health')).status, 204);
    });

    test('lists', async () => {
      const query = `metadata=${encodeURIComponent(new URLSearchParams({ label }).toString())}&state=running&limit=100`;
      const listed = await Sandbox.call(version, 'GET', `/v2/sandboxes?${query}`);
      assert.deepEqual(listed.json.map((one) => one.sandboxID), [sandbox.id]);
    });

    test('kills, and sees what was open cut and the sandbox gone', async () => {
      const response = await connected.start('echo up; sleep 60');
      const cut = assert.rejects(async () => {
        for await (const { last } of envelopes(response)) assert.equal(last, false);
        throw Object.assign(new Error('a clean end'), { clean: true });
      }, (error) => !error.clean);
      await eventually('the command', async () => (await connected.unary('process.Process/List', {})).json.processes?.length > 0);
      assert.equal((await Sandbox.call(version, 'DELETE', `/sandboxes/${sandbox.id}`)).status, 204);
      await cut;
      assert.equal((await connected.get('/health')).status, 502);
      assert.equal((await connected.get('/files?path=b.txt')).status, 502);
      assertError(await Sandbox.connect(version, sandbox.id), 404);
      assertError(await Sandbox.call(version, 'DELETE', `/sandboxes/${sandbox.id}`), 404);
    });
  });
}
