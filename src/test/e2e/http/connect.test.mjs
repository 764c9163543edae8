import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sandboxUrl } from '../support/service.mjs';
import { assertError, assertStreamError, bash, createSandbox, data, envelope, envelopes, killSandbox, open, read, routing, start, unary } from '../support/wire.mjs';

describe('calls to a sandbox', { timeout: 120_000 }, () => {
  let sandbox;
  before(async () => {
    sandbox = await createSandbox();
  });
  after(() => killSandbox(sandbox));
  const invalid = (answer) => assertError(answer, 400, 'invalid_argument');

  test('bad JSON to a unary call is an invalid argument', async () => {
    for (const body of ['{', '[]', '"x"', 'null', '{"path":5}', '{"path":{}}', '{"path":"/tmp"} x']) {
      invalid(await unary(sandbox, 'filesystem.Filesystem/Stat', body));
    }
  });

  test('bad paths are invalid arguments', async () => {
    for (const path of ['/tmp/a\0b', `/${'x'.repeat(5_000)}`, `/tmp/${'d/'.repeat(3_000)}`]) {
      for (const method of ['Stat', 'ListDir', 'MakeDir', 'Remove']) {
        const answer = await unary(sandbox, `filesystem.Filesystem/${method}`, { path });
        invalid(answer);
      }
      invalid(await unary(sandbox, 'filesystem.Filesystem/Move', { source: path, destination: '/tmp/x' }));
      invalid(await unary(sandbox, 'filesystem.Filesystem/Move', { source: '/tmp', destination: path }));
    }
    assertError(await unary(sandbox, 'filesystem.Filesystem/Stat', { path: `/tmp/${'x'.repeat(300)}` }), [400, 404], ['invalid_argument', 'not_found']);
  });

  test('paths with .. stay in the sandbox', async () => {
    const own = (await start(sandbox, bash('cat /etc/passwd'))).stdout.toString();
    const up = await data(sandbox, 'GET', `/files?path=${encodeURIComponent('../../../../../../etc/passwd')}`);
    assert.equal(up.status, 200, up.text);
    assert.equal(up.text, own);
    const stat = await unary(sandbox, 'filesystem.Filesystem/Stat', { path: '/home/user/../../tmp' });
    assert.equal(stat.status, 200, stat.text);
    assert.equal(stat.json.entry.path, '/tmp');
  });

  test('unary errors have their words', async () => {
    assertError(await unary(sandbox, 'filesystem.Filesystem/Stat', { path: '/none' }), 404, 'not_found');
    assertError(await unary(sandbox, 'filesystem.Filesystem/MakeDir', { path: '/tmp' }), 409, 'already_exists');
    assertError(await unary(sandbox, 'filesystem.Filesystem/ListDir', { path: '/etc/passwd' }), 400, 'invalid_argument');
    assertError(await unary(sandbox, 'process.Process/SendSignal', { process: { pid: 99_999 }, signal: 'SIGNAL_SIGKILL' }), 404, 'not_found');
    invalid(await unary(sandbox, 'process.Process/SendSignal', { process: { pid: 99_999 }, signal: 'SIGNAL_NONSENSE' }));
    invalid(await unary(sandbox, 'process.Process/SendSignal', { process: {}, signal: 'SIGNAL_SIGKILL' }));
    invalid(await unary(sandbox, 'process.Process/SendInput', { process: { pid: 99_999 }, input: { stdin: 'no base64!' } }));
    const listed = await unary(sandbox, 'process.Process/List', {});
    assert.equal(listed.status, 200, listed.text);
  });

  test('the system and whom it belongs to are read-only', async () => {
    for (const path of ['/usr/bin/new', '/proc/new', '/proc/sys/new']) {
      const answer = await unary(sandbox, 'filesystem.Filesystem/MakeDir', { path });
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status} ${answer.text}`);
    }
    const removed = await unary(sandbox, 'filesystem.Filesystem/Remove', { path: '/usr/bin/env' });
    assert.ok(removed.status >= 400 && removed.status < 500, removed.text);
  });

  test('a process that can not start says why', async () => {
    const cases = [
      [{ cmd: '/tmp', args: [] }, ['invalid_argument', 'permission_denied', 'failed_precondition']],
      [{ cmd: '/no/such/command', args: [] }, ['invalid_argument', 'not_found']],
      [{ cmd: 'no-such-command', args: [] }, ['invalid_argument', 'not_found']],
      [{ cmd: '/etc/passwd', args: [] }, ['invalid_argument', 'permission_denied']],
      [{ cmd: '', args: [] }, ['invalid_argument']],
      [{ args: ['x'] }, ['invalid_argument']],
      [{ cmd: '/bin/true', args: ['a\0b'] }, ['invalid_argument']],
      [{ cmd: '/bin/true', args: 'x' }, ['invalid_argument']],
      [{ cmd: '/bin/true', args: [5] }, ['invalid_argument']],
      [{ cmd: '/bin/true', args: [], envs: { 'A=B': 'x' } }, ['invalid_argument']],
      [{ cmd: '/bin/true', args: [], envs: { A: 5 } }, ['invalid_argument']],
      [{ cmd: '/bin/true', args: [], cwd: '/etc/passwd' }, ['invalid_argument']],
      [{ cmd: '/bin/true', args: [], cwd: '/tmp/a\0b' }, ['invalid_argument']],
    ];
    for (const [process, codes] of cases) assertStreamError(await start(sandbox, process), codes);
    const missing = await start(sandbox, { cmd: '/bin/true', args: [], cwd: '/missing' });
    assertStreamError(missing, 'invalid_argument');
    assert.match(missing.trailer.error.message, /cwd '\/missing' does not exist/);
    const nobody = await start(sandbox, { cmd: '/bin/true', args: [] }, { user: 'nobody-here' });
    assertStreamError(nobody, 'unauthenticated');
  });

  test('a stream that is no envelope is refused', async () => {
    const bodies = [envelope('{'), envelope('[]'), envelope('null'), Buffer.alloc(0), Buffer.from('x'), envelope({ process: bash('true') }, 1), envelope({ process: bash('true') }).subarray(0, 20)];
    for (const body of bodies) {
      const answer = await open(sandbox, 'process.Process/Start', body);
      const result = { status: answer.statusCode };
      for await (const { last, message } of envelopes(answer)) if (last) result.trailer = message;
      assertStreamError(result, ['invalid_argument', 'unimplemented', 'internal']);
    }
  });

  test('bytes that are no text pass unharmed', async () => {
    const result = await start(sandbox, bash("printf '\\xff\\xfe\\x00\\x80 \\xc3'; printf '\\xed\\xa0\\x80' >&2"));
    assert.deepEqual([...result.stdout], [0xff, 0xfe, 0, 0x80, 0x20, 0xc3]);
    assert.deepEqual([...result.stderr], [0xed, 0xa0, 0x80]);
    assert.deepEqual(result.trailer, {});
  });

  test('the end event tells how it ended', async () => {
    assert.deepEqual((await start(sandbox, bash('exit 0'))).end, { exited: true, status: 'exit status 0' });
    const three = (await start(sandbox, bash('exit 3'))).end;
    assert.equal(three.exitCode, 3);
    assert.equal(three.exited, true);
    assert.equal(three.status, 'exit status 3');
    assert.equal(three.error, 'exit status 3');
    const killed = (await start(sandbox, bash('kill -KILL $$'))).end;
    assert.equal(killed.exitCode, -1);
    assert.equal(killed.exited ?? false, false);
    assert.equal(killed.status, 'signal: killed');
  });

  test('a time-out ends the group and is told', async () => {
    const began = Date.now();
    const result = await start(sandbox, bash('sleep 305.25 & echo on; wait'), { headers: { 'connect-timeout-ms': '600' } });
    assert.ok(Date.now() - began < 5_000);
    assert.equal(result.stdout.toString(), 'on\n');
    assert.ok(result.trailer?.error?.code === 'deadline_exceeded' || /killed|timeout|time-out/.test(result.end?.error ?? ''), JSON.stringify(result));
    const left = await start(sandbox, bash('cat /proc/[0-9]*/cmdline | tr "\\0" " "'));
    assert.doesNotMatch(left.stdout.toString(), /305\.25/);
    const odd = await start(sandbox, bash('true'), { headers: { 'connect-timeout-ms': 'soon' } });
    assertStreamError(odd, 'invalid_argument');
  });

  test('without the right token there is no way in', async () => {
    for (const token of [undefined, '', 'wrong', `${sandbox.envdAccessToken}x`]) {
      const headers = { ...routing(sandbox), 'content-type': 'application/json' };
      delete headers['x-access-token'];
      if (token !== undefined) headers['x-access-token'] = token;
      for (const [method, path] of [['POST', '/filesystem.Filesystem/Stat'], ['POST', '/process.Process/List'], ['GET', '/files?path=x'], ['GET', '/envs'], ['GET', '/metrics']]) {
        const answer = await read(await fetch(sandboxUrl + path, { method, headers, body: method === 'POST' ? '{"path":"/"}' : undefined }));
        assertError(answer, 401, [401, 'unauthenticated']);
      }
      assert.equal((await fetch(`${sandboxUrl}/health`, { headers })).status, 204);
    }
  });

  test('unknown calls and sandboxes are told so', async () => {
    assertError(await unary(sandbox, 'process.Process/Nothing', {}), [404, 501], [404, 'unimplemented', 'not_found']);
    assertError(await unary(sandbox, 'other.Service/Call', {}), [404, 501], [404, 'unimplemented', 'not_found']);
    assertError(await data(sandbox, 'GET', '/nothing'), 404);
    for (const path of ['/init', '/freeze', '/unfreeze']) assertError(await data(sandbox, 'POST', path, '{}'), 404);
    assertError(await data(sandbox, 'GET', '/process.Process/List'), [404, 405], [404, 405, 'unimplemented', 'invalid_argument']);
    const stranger = { sandboxID: 'i00000000000000000000', envdAccessToken: 'x' };
    for (const [method, path] of [['GET', '/health'], ['GET', '/files?path=x'], ['POST', '/process.Process/List']]) {
      const answer = await data(stranger, method, path, method === 'POST' ? '{}' : undefined, { 'content-type': 'application/json' });
      assertError(answer, 502);
      assert.equal(answer.json.sandboxId, stranger.sandboxID);
    }
    const half = await read(await fetch(`${sandboxUrl}/health`, { headers: { 'e2b-sandbox-id': sandbox.sandboxID } }));
    assertError(half, 400);
  });

  test('the variables of the sandbox are told', async () => {
    const other = await createSandbox({ envVars: { TOLD: 'so' } });
    const envs = await data(other, 'GET', '/envs');
    assert.equal(envs.status, 200, envs.text);
    assert.equal(envs.json.TOLD, 'so');
    await killSandbox(other);
  });

  test('metrics are told', async () => {
    const metrics = await data(sandbox, 'GET', '/metrics');
    assert.equal(metrics.status, 200, metrics.text);
    for (const name of ['ts', 'cpu_count', 'mem_total', 'mem_used', 'disk_total']) assert.ok(metrics.json[name] > 0, metrics.text);
    assert.ok(metrics.json.mem_used < metrics.json.mem_total, metrics.text);
  });
});
