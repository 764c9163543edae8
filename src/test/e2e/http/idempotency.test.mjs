import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { apiUrl, apiKey, otherKey, unique } from '../support/service.mjs';
import { assertError, control, createSandbox, killSandbox } from '../support/wire.mjs';

const body = { templateID: 'base', timeout: 120 };
const made = new Set();

async function post(path, sent, key, more = {}) {
  const answer = await control('POST', path, sent, { 'idempotency-key': key, ...more });
  if (answer.json?.sandboxID && !path.includes('/commands')) made.add(answer.json.sandboxID);
  return answer;
}

/** How many sandboxes bear this mark. */
async function marked(mark) {
  const answer = await control('GET', `/v2/sandboxes?metadata=${encodeURIComponent(`mark=${mark}`)}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.length;
}

describe('requests that are sent twice with an Idempotency-Key', { timeout: 120_000 }, () => {
  after(() => Promise.all([...made].map((sandboxID) => killSandbox({ sandboxID }))));

  for (const path of ['/sandboxes', '/v2/sandboxes']) {
    test(`a creation by ${path} is done once and answered alike`, async () => {
      const key = unique();
      const wanted = { ...body, metadata: { mark: key } };
      const first = await post(path, wanted, key);
      assert.equal(first.status, 201, first.text);
      assert.equal(first.headers.get('idempotent-replayed'), null);
      const again = await post(path, wanted, key);
      assert.deepEqual([again.status, again.text], [first.status, first.text]);
      assert.equal(again.headers.get('idempotent-replayed'), 'true');
      assertError(await post(path, { ...wanted, timeout: 121 }, key), 422);
      assert.equal(await marked(key), 1);
    });
  }

  test('twenty at once make one sandbox', async () => {
    const key = unique();
    const wanted = { ...body, metadata: { mark: key } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('/v2/sandboxes', wanted, key)));
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([201]));
    assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
    assert.equal(answers.filter((answer) => answer.headers.get('idempotent-replayed') === null).length, 1);
    assert.equal(await marked(key), 1);
  });

  test('a client that hangs up finds its sandbox, and it works', async () => {
    for (const patience of [0, 2, 5, 10, 20, 50]) {
      const key = unique();
      const wanted = { ...body, metadata: { mark: key } };
      await fetch(`${apiUrl}/v2/sandboxes`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(wanted),
        signal: AbortSignal.timeout(patience),
      }).catch(() => {});
      const again = await post('/v2/sandboxes', wanted, key);
      assert.equal(again.status, 201, again.text);
      const command = await control('POST', `/sandboxes/${again.json.sandboxID}/commands`, { cmd: 'true' });
      assert.equal(command.status, 201, command.text);
      assert.equal(await marked(key), 1);
    }
  });

  test('what has been killed is gone, and not made again', async () => {
    const key = unique();
    const first = await post('/v2/sandboxes', body, key);
    assert.equal((await killSandbox(first.json)).status, 204);
    assertError(await post('/v2/sandboxes', body, key), 410);
  });

  test('a refusal is not kept', async () => {
    const key = unique();
    assertError(await post('/v2/sandboxes', { templateID: 'no-such' }, key), 404);
    assert.equal((await post('/v2/sandboxes', body, key)).status, 201);
  });

  for (const [what, key] of Object.entries({ empty: '', 'too long': 'k'.repeat(256), 'with a space': 'a b' })) {
    test(`a key that is ${what} is refused`, async () => {
      assertError(await post('/v2/sandboxes', body, key), 400);
    });
  }

  test("another owner's key is another one", { skip: !otherKey }, async () => {
    const key = unique();
    const first = await post('/v2/sandboxes', body, key);
    const other = await control('POST', '/v2/sandboxes', body, { 'idempotency-key': key, 'x-api-key': otherKey });
    assert.equal(other.status, 201, other.text);
    assert.notEqual(other.json.sandboxID, first.json.sandboxID);
    await control('DELETE', `/sandboxes/${other.json.sandboxID}`, undefined, { 'x-api-key': otherKey });
  });

  test('a command is started once', async () => {
    const { sandboxID } = await post('/v2/sandboxes', body, unique()).then((answer) => answer.json);
    const path = `/sandboxes/${sandboxID}/commands`;
    const key = unique();
    const count = { cmd: 'sh', args: ['-c', 'echo x >> /home/user/runs; wc -l < /home/user/runs'] };
    const first = await post(path, count, key);
    assert.equal(first.status, 201, first.text);
    const again = await post(path, count, key);
    assert.equal(again.json.commandID, first.json.commandID);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    const streamed = await post(path, count, key, { accept: 'text/event-stream' });
    assert.match(streamed.text, new RegExp(`"data":"${Buffer.from('1\n').toString('base64')}"`));
    assertError(await post(path, { cmd: 'true' }, key), 422);
    assert.equal((await control('GET', path)).json.length, 1);
  });
});

describe('metadata of a running sandbox', { timeout: 60_000 }, () => {
  const metadata = (sandbox) => `/sandboxes/${sandbox.sandboxID}/metadata`;
  const made = [];
  after(() => Promise.all(made.map(killSandbox)));

  async function create() {
    const sandbox = await createSandbox({ metadata: { a: '1', b: '2' } });
    made.push(sandbox);
    return sandbox;
  }

  test('is merged, tagged and told in an event', async () => {
    const sandbox = await create();
    const before = await control('GET', metadata(sandbox));
    assert.deepEqual(before.json, { metadata: { a: '1', b: '2' } });
    const patched = await control('PATCH', metadata(sandbox), { a: null, c: '3' }, { 'if-match': before.headers.get('etag') });
    assert.equal(patched.status, 204, patched.text);
    assert.notEqual(patched.headers.get('etag'), before.headers.get('etag'));
    const shown = await control('PATCH', metadata(sandbox), {}, { prefer: 'return=representation' });
    assert.deepEqual([shown.status, shown.json], [200, { metadata: { b: '2', c: '3' } }]);
    assert.equal(shown.headers.get('etag'), patched.headers.get('etag'));
    assertError(await control('PATCH', metadata(sandbox), { a: 'x' }, { 'if-match': before.headers.get('etag') }), 412);
    const listed = await control('GET', '/v2/sandboxes?metadata=c%3D3');
    assert.ok(listed.json.some((found) => found.sandboxID === sandbox.sandboxID));
    await killSandbox(sandbox);
    const events = await fetch(`${apiUrl}/sandboxes/${sandbox.sandboxID}/events`, {
      headers: { 'x-api-key': apiKey, accept: 'text/event-stream' },
    }).then((answer) => answer.text());
    assert.equal(events.match(/event: sandbox\.metadata/g).length, 1);
    assert.match(events, /"metadata":\{("b":"2","c":"3"|"c":"3","b":"2")\}/);
    assertError(await control('GET', metadata(sandbox)), 404);
  });

  test('loses no patch of many at once', async () => {
    const sandbox = await create();
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
    const answers = await Promise.all(keys.map((key) => control('PATCH', metadata(sandbox), { [key]: key })));
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([204]));
    const found = (await control('GET', metadata(sandbox))).json.metadata;
    assert.deepEqual(Object.keys(found).sort(), ['a', 'b', ...keys].sort());
  });

  for (const sent of [{ a: 1 }, { a: {} }, { a: ['x'] }, { a: 'x'.repeat(20_000) }, [], 'null', '{', undefined]) {
    test(`a patch by ${JSON.stringify(sent)?.slice(0, 20)} is refused as a whole`, async () => {
      const sandbox = await create();
      assertError(await control('PATCH', metadata(sandbox), sent), 400);
      assert.deepEqual((await control('GET', metadata(sandbox))).json, { metadata: { a: '1', b: '2' } });
      assertError(await control('PATCH', metadata({ sandboxID: 'inone' }), { a: '1' }), 404);
    });
  }

  test("another owner's looks missing", { skip: !otherKey }, async () => {
    const sandbox = await create();
    for (const method of ['GET', 'PATCH']) {
      const sent = method === 'PATCH' ? { a: '9' } : undefined;
      assertError(await control(method, metadata(sandbox), sent, { 'x-api-key': otherKey }), 404);
    }
  });
});
