import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { apiUrl } from '../support/service.mjs';
import { assertError, control, createSandbox, killSandbox, read } from '../support/wire.mjs';

describe('bad input to the control plane', { timeout: 120_000 }, () => {
  let sandbox;
  before(async () => {
    sandbox = await createSandbox();
  });
  after(() => killSandbox(sandbox));

  const bodies = {
    'no body': [400, undefined],
    'an empty body': [400, ''],
    'malformed JSON': [400, '{"templateID":'],
    'JSON with more behind it': [400, '{"templateID":"base"} x'],
    'an array': [400, '[]'],
    'a text': [400, '"base"'],
    null: [400, 'null'],
    'no template': [400, {}],
    'a template that is a number': [400, { templateID: 5 }],
    'an unknown template': [404, { templateID: 'no-such' }],
    'a template with a path in it': [[400, 404], { templateID: '../../etc' }],
    'a negative time-out': [400, { templateID: 'base', timeout: -1 }],
    'no time at all': [400, { templateID: 'base', timeout: 0 }],
    'a huge time-out': [400, { templateID: 'base', timeout: 2 ** 31 - 1 }],
    'a time-out beyond all numbers': [400, '{"templateID":"base","timeout":1e300}'],
    'a time-out in words': [400, { templateID: 'base', timeout: 'long' }],
    'metadata that is a text': [400, { templateID: 'base', metadata: 'x' }],
    'metadata with a number': [400, { templateID: 'base', metadata: { a: 1 } }],
    'metadata with an object': [400, { templateID: 'base', metadata: { a: {} } }],
    'metadata with null': [400, { templateID: 'base', metadata: { a: null } }],
    'variables with a number': [400, { templateID: 'base', envVars: { A: 1 } }],
    'a variable with = in its name': [400, { templateID: 'base', envVars: { 'A=B': 'x' } }],
    'a variable with NUL': [400, { templateID: 'base', envVars: { A: 'x\0y' } }],
    'JSON as deep as it gets': [400, `{"templateID":"base","metadata":${'['.repeat(100_000)}`],
  };
  for (const [what, [status, body]] of Object.entries(bodies)) {
    for (const path of ['/v2/sandboxes', '/sandboxes']) {
      test(`creating by ${path} with ${what} answers ${[status].flat().join(' or ')}`, async () => {
        assertError(await control('POST', path, body, { 'content-type': 'application/json' }), status);
      });
    }
  }

  test('a body of another type is refused', async () => {
    assertError(await control('POST', '/v2/sandboxes', '<a/>', { 'content-type': 'application/xml' }), [400, 415]);
  });

  test('unknown fields are let pass', async () => {
    const made = await control('POST', '/v2/sandboxes', { templateID: 'base', timeout: 10, somethingNew: { a: 1 } });
    assert.equal(made.status, 201, made.text);
    assert.equal((await killSandbox(made.json)).status, 204);
  });

  const timeouts = { 'no body': undefined, 'no time-out': {}, negative: { timeout: -1 }, huge: { timeout: 2 ** 40 }, text: { timeout: 'x' }, malformed: '{' };
  for (const [what, body] of Object.entries(timeouts)) {
    test(`a new time-out that is wrong (${what}) is refused`, async () => {
      assertError(await control('POST', `/sandboxes/${sandbox.sandboxID}/timeout`, body), 400);
    });
  }
  for (const body of [{ duration: -1 }, { duration: 3601 }, { duration: 'x' }, '[']) {
    test(`a refresh by ${JSON.stringify(body)} is refused`, async () => {
      assertError(await control('POST', `/sandboxes/${sandbox.sandboxID}/refreshes`, body), 400);
    });
  }

  const queries = ['limit=0', 'limit=101', 'limit=x', 'limit=-1', 'state=asleep', 'order=sideways', 'startedAfter=yesterday', 'nextToken=%00garbage', 'metadata=novalue', 'metadata=a%3D%25zz'];
  for (const query of queries) {
    test(`listing with ${query} is refused`, async () => {
      assertError(await control('GET', `/v2/sandboxes?${query}`), 400);
    });
  }

  for (const id of ['i00000000000000000000', 'UPPER', 'with-dash', '%00', '..%2f..%2fetc', 'x'.repeat(3000), '%F0%9F%99%82']) {
    test(`there is no sandbox ${id.slice(0, 20)}`, async () => {
      for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/timeout']]) {
        assertError(await control(method, `/sandboxes/${id}${path}`, method === 'POST' ? { timeout: 10 } : undefined), [400, 404]);
      }
    });
  }

  test('routes that are not there answer 404 or 405', async () => {
    assertError(await control('GET', '/no/such/route'), 404);
    assertError(await control('GET', '/'), 404);
    assertError(await control('PUT', '/v2/sandboxes', {}), [404, 405]);
    assertError(await control('DELETE', '/v2/sandboxes'), [404, 405]);
    assertError(await control('GET', '/actuator/env'), 404);
    assertError(await control('GET', '/v2/sandboxes/'), [404]);
  });

  test('a key is needed', async () => {
    for (const headers of [{}, { 'x-api-key': '' }, { 'x-api-key': 'e2b_zz' }, { 'x-api-key': '\xfc' }, { authorization: 'Bearer x' }]) {
      assertError(await read(await fetch(`${apiUrl}/v2/sandboxes`, { headers })), 401);
      assertError(await read(await fetch(`${apiUrl}/sandboxes/${sandbox.sandboxID}`, { headers, method: 'DELETE' })), 401);
    }
  });

  test('health and capabilities are told', async () => {
    assert.equal((await fetch(`${apiUrl}/health`)).status, 200);
    const capabilities = await control('GET', '/capabilities');
    assert.equal(capabilities.status, 200);
    assert.ok(capabilities.json);
  });

  test('the sandbox is unharmed by all of this', async () => {
    const info = await control('GET', `/sandboxes/${sandbox.sandboxID}`);
    assert.equal(info.status, 200, info.text);
    assert.equal(info.json.state, 'running');
  });
});
