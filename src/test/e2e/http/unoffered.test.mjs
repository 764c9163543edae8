import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertError, assertStreamError, control, createSandbox, data, envelopes, killSandbox, open, routing, unary } from '../support/wire.mjs';

describe('what is not offered says so', { timeout: 60_000 }, () => {
  let sandbox;
  before(async () => {
    sandbox = await createSandbox();
  });
  after(() => killSandbox(sandbox));

  test('in the control plane by 501', async () => {
    const id = sandbox.sandboxID;
    const routes = [
      ['POST', `/sandboxes/${id}/pause`, {}],
      ['POST', `/sandboxes/${id}/resume`, {}],
      ['POST', `/sandboxes/${id}/fork`, { count: 1 }],
      ['POST', `/sandboxes/${id}/snapshots`, {}],
      ['GET', '/snapshots'],
      ['POST', '/v3/templates', { name: 'x' }],
      ['POST', `/v2/sandboxes/${id}/fork`, { count: 1 }],
      ['GET', `/sandboxes/${id}/logs`],
      ['GET', '/events/sandboxes'],
      ['POST', '/events/webhooks', {}],
      ['GET', '/volumes'],
    ];
    for (const [method, path, body] of routes) assertError(await control(method, path, body), 501);
  });

  test('after what is not there at all', async () => {
    for (const path of ['pause', 'resume', 'fork', 'snapshots']) assertError(await control('POST', `/sandboxes/inone/${path}`, {}), 404);
    assertError(await control('GET', '/templates/aliases/none'), 404);
    assert.equal((await control('GET', '/templates/aliases/base')).status, 200);
  });

  test('in a creation by 400, but not for clients that always ask', async () => {
    const asked = { templateID: 'base', timeout: 60, allow_internet_access: true, network: { allowPublicTraffic: true } };
    const created = await control('POST', '/sandboxes', asked);
    assert.equal(created.status, 201, created.text);
    assert.equal((await control('GET', `/sandboxes/${created.json.sandboxID}`)).json.allowInternetAccess, false);
    await killSandbox(created.json);
    for (const more of [{ mcp: {} }, { network: { allowOut: ['1.1.1.1'] } }, { volumeMounts: [{ name: 'v', path: '/v' }] }]) {
      assertError(await control('POST', '/sandboxes', { ...asked, ...more }), 400);
    }
  });

  test('in calls by unimplemented', async () => {
    const pty = { process: { cmd: '/bin/bash', args: ['-i'] }, pty: { size: { cols: 80, rows: 24 } } };
    for (const [method, body] of [['process.Process/Start', pty], ['filesystem.Filesystem/WatchDir', { path: '/tmp' }]]) {
      const answer = await open(sandbox, method, body);
      const result = { status: answer.statusCode };
      for await (const { last, message } of envelopes(answer)) if (last) result.trailer = message;
      assertStreamError(result, 'unimplemented');
    }
    assertError(await unary(sandbox, 'process.Process/Update', { process: { pid: 1 }, pty: { size: { cols: 1, rows: 1 } } }), 501, 'unimplemented');
    for (const method of ['CreateWatcher', 'GetWatcherEvents', 'RemoveWatcher']) {
      assertError(await unary(sandbox, `filesystem.Filesystem/${method}`, { path: '/tmp', watcherId: 'x' }), 501, 'unimplemented');
    }
  });

  test('on other ports by 501', async () => {
    assertError(await data(sandbox, 'GET', '/', undefined, { ...routing(sandbox), 'e2b-sandbox-port': '8000' }), 501);
    for (const port of ['0', '65536', '-1', 'x']) {
      assertError(await data(sandbox, 'GET', '/', undefined, { ...routing(sandbox), 'e2b-sandbox-port': port }), 400);
    }
    assert.equal((await data(sandbox, 'GET', '/health')).status, 204);
  });
});
