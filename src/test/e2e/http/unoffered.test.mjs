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
      ['GET', '/templates/aliases/x'],
    ];
    for (const [method, path, body] of routes) assertError(await control(method, path, body), 501);
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
