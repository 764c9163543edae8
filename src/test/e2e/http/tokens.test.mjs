import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { apiUrl, otherKey, sandboxUrl } from '../support/service.mjs';
import { assertError, bash, control, createSandbox, envelope, envelopes, killSandbox, read } from '../support/wire.mjs';

/** What a client has that knows of a sandbox no more than its id and a short-lived token. */
const holder = (sandbox, token) => ({ sandboxID: sandbox.sandboxID, token });

const bearer = (of) => ({ authorization: `Bearer ${of.token}` });

const inSandbox = (of) => ({ 'e2b-sandbox-id': of.sandboxID, 'e2b-sandbox-port': '49983', ...bearer(of) });

const auth = async (sandbox) => {
  const answer = await control('POST', `/sandboxes/${sandbox.sandboxID}/auth`);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};

const call = async (url, of, method, path, body, headers = {}) =>
  read(await fetch(url + path, { method, headers: { ...headers, ...of }, body }));

describe('short-lived access tokens', { timeout: 120_000 }, () => {
  let sandbox;
  let mine;
  before(async () => {
    sandbox = await createSandbox();
    mine = holder(sandbox, (await auth(sandbox)).json.token);
  });
  after(() => killSandbox(sandbox));

  const octets = { 'content-type': 'application/octet-stream' };
  const json = { 'content-type': 'application/json' };
  const data = (method, path, body, headers) => call(sandboxUrl, inSandbox(mine), method, path, body, headers);
  const own = (method, path, body, headers) => call(apiUrl, bearer(mine), method, `/sandboxes/${sandbox.sandboxID}${path}`, body, headers);

  test('the answer says where, until when and for which sandbox', async () => {
    const { json: answer, headers } = await auth(sandbox);
    assert.equal(answer.sandboxID, sandbox.sandboxID);
    assert.equal(new URL(answer.gatewayUrl).href, new URL(apiUrl).href);
    assert.equal(answer.gpu, false);
    assert.ok(answer.expiresIn > 1_000 && answer.expiresIn <= 1_800, String(answer.expiresIn));
    const left = (Date.parse(answer.expiresAt) - Date.parse(headers.get('date'))) / 1000;
    assert.ok(left >= answer.expiresIn && left <= answer.expiresIn + 2, `${left} ${answer.expiresIn}`);
  });

  test('a burst gets one token', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => auth(sandbox)));
    assert.equal(new Set(answers.map((answer) => answer.json.token)).size, 1);
  });

  test('the data plane needs nothing else', async () => {
    const written = await data('POST', '/files?path=by-token.txt', 'by token', octets);
    assert.equal(written.status, 200, written.text);
    assert.equal((await data('GET', '/files?path=by-token.txt')).text, 'by token');
    const listed = await data('POST', '/filesystem.Filesystem/ListDir', '{"path":"/home/user"}', json);
    assert.equal(listed.status, 200, listed.text);
    assert.ok(listed.json.entries.some((entry) => entry.name === 'by-token.txt'));
    assert.equal((await data('GET', '/metrics')).status, 200);
  });

  test('a process is started and followed by it', async () => {
    const stream = { 'content-type': 'application/connect+json', 'connect-protocol-version': '1' };
    const body = envelope({ process: bash('echo hello; exit 3'), stdin: false });
    const answer = await fetch(`${sandboxUrl}/process.Process/Start`, { method: 'POST', headers: { ...inSandbox(mine), ...stream }, body });
    assert.equal(answer.status, 200);
    const events = [];
    for await (const { message } of envelopes(answer.body)) if (message.event) events.push(message.event);
    assert.equal(Buffer.from(events.find((event) => event.data?.stdout).data.stdout, 'base64').toString(), 'hello\n');
    assert.match(JSON.stringify(events.at(-1).end), /3/);
  });

  test('a wrong X-Access-Token decides alone', async () => {
    assertError(await data('GET', '/envs', undefined, { 'x-access-token': mine.token }), 401);
  });

  test('our own routes of the sandbox are open to it, the owner\'s are not', async () => {
    const begun = await own('POST', '/commands', JSON.stringify({ cmd: 'sh', args: ['-c', 'echo out; exit 3'] }), json);
    assert.equal(begun.status, 201, begun.text);
    const output = await own('GET', `/commands/${begun.json.commandID}/output`);
    assert.equal(output.status, 200);
    assert.match(output.text, /"exitCode":3/);
    const detail = await own('GET', '');
    assert.equal(detail.status, 200, detail.text);
    assert.equal(detail.json.envdAccessToken, undefined);
    assert.equal((await own('POST', '/refreshes')).status, 204);
    assertError(await own('POST', '/timeout', '{"timeout":1}', json), 403);
    assertError(await own('DELETE', ''), 401);
    assertError(await own('POST', '/auth'), 401);
    assertError(await own('POST', '/connect'), 401);
    assertError(await call(apiUrl, bearer(mine), 'GET', '/v2/sandboxes'), 401);
  });

  test('every changed byte is noticed', async () => {
    for (let i = 0; i < mine.token.length; i += 3) {
      const other = mine.token[i] === 'A' ? 'B' : 'A';
      const forged = holder(sandbox, mine.token.slice(0, i) + other + mine.token.slice(i + 1));
      const answer = await call(sandboxUrl, inSandbox(forged), 'GET', '/envs');
      assertError(answer, 401);
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
      assert.match(answer.json.message, /malformed/);
    }
  });

  test('another sandbox and another owner are closed', async () => {
    const other = await createSandbox();
    const theirs = holder(other, mine.token);
    assertError(await call(sandboxUrl, inSandbox(theirs), 'GET', '/envs'), 401);
    assertError(await call(apiUrl, bearer(mine), 'GET', `/sandboxes/${other.sandboxID}`), 401);
    assert.equal((await killSandbox(other)).status, 204);
    if (otherKey) {
      assertError(await control('POST', `/sandboxes/${sandbox.sandboxID}/auth`, undefined, { 'x-api-key': otherKey }), 404);
    }
  });

  test('a revocation holds at once, again and again', async () => {
    for (let i = 0; i < 20; i++) {
      const before = holder(sandbox, (await auth(sandbox)).json.token);
      assert.equal((await control('DELETE', `/sandboxes/${sandbox.sandboxID}/auth`)).status, 204);
      const answer = await call(sandboxUrl, inSandbox(before), 'GET', '/envs');
      assertError(answer, 401);
      assert.match(answer.json.message, /revoked/);
      mine = holder(sandbox, (await auth(sandbox)).json.token);
      assert.equal((await data('GET', '/envs')).status, 200);
    }
  });

  test('tokens end with their sandbox', async () => {
    const brief = await createSandbox();
    const theirs = holder(brief, (await auth(brief)).json.token);
    assert.equal((await killSandbox(brief)).status, 204);
    assertError(await call(apiUrl, bearer(theirs), 'GET', `/sandboxes/${brief.sandboxID}`), 401);
    assertError(await call(sandboxUrl, inSandbox(theirs), 'GET', '/envs'), 502);
    assertError(await control('POST', `/sandboxes/${brief.sandboxID}/auth`), 404);
  });
});
