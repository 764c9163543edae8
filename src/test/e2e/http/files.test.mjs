import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { assertError, bash, createSandbox, data, killSandbox, start } from '../support/wire.mjs';

describe('files over plain HTTP', { timeout: 120_000 }, () => {
  let sandbox;
  before(async () => {
    sandbox = await createSandbox();
  });
  after(() => killSandbox(sandbox));
  const octets = { 'content-type': 'application/octet-stream' };
  const put = (path, body, headers = octets) => data(sandbox, 'POST', `/files?path=${encodeURIComponent(path)}`, body, headers);
  const get = (path, headers) => data(sandbox, 'GET', `/files?path=${encodeURIComponent(path)}`, undefined, headers);

  test('an upload answers with what it wrote', async () => {
    const answer = await put('plain.txt', 'plain');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json[0].name, 'plain.txt');
    assert.equal(answer.json[0].type, 'file');
    assert.equal((await get('plain.txt')).text, 'plain');
    const empty = await put('empty', '');
    assert.equal(empty.status, 200, empty.text);
    assert.equal((await get('empty')).headers.get('content-length'), '0');
  });

  test('bad paths are refused', async () => {
    for (const path of ['a\0b', 'x'.repeat(5_000)]) {
      assertError(await get(path), 400);
      assertError(await put(path, 'x'), 400);
    }
    assertError(await get('/tmp'), 400);
    assertError(await put('/tmp', 'x'), 400);
    assertError(await get('/no/such'), 404);
    const through = await put('plain.txt/below', 'x');
    assertError(through, [400, 404]);
    assertError(await data(sandbox, 'GET', '/files?path=x&username=nobody-here'), 401);
    const device = await put('/dev/full', 'x');
    assert.ok(device.status < 500 || device.status === 507, device.text);
  });

  test('what is read-only is not written', async () => {
    for (const path of ['/usr/bin/new', '/proc/version']) {
      const answer = await put(path, 'x');
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status} ${answer.text}`);
      assertError(answer, answer.status);
    }
  });

  test('bad forms are refused', async () => {
    const form = { 'content-type': 'multipart/form-data; boundary=b' };
    assertError(await put('x', 'no form at all', form), 400);
    assertError(await put('x', '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\ncut', form), 400);
    assertError(await put('x', 'x', { 'content-type': 'multipart/form-data' }), 400);
    assertError(await put('x', '--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n', form), 400);
    assertError(await put('x', '{}', { 'content-type': 'application/json' }), [400, 415]);
    const twice = new FormData();
    twice.append('file', new Blob(['1']), 'same');
    twice.append('file', new Blob(['2']), 'same');
    assertError(await data(sandbox, 'POST', '/files', twice), 400);
  });

  test('bad compression is refused', async () => {
    const zipped = { ...octets, 'content-encoding': 'gzip' };
    const good = gzipSync('zipped');
    assert.equal((await put('zipped', good, zipped)).status, 200);
    assert.equal((await get('zipped')).text, 'zipped');
    assertError(await put('bad', 'no gzip', zipped), 400);
    assertError(await put('bad', good.subarray(0, 15), zipped), 400);
    assertError(await put('bad', 'x', { ...octets, 'content-encoding': 'zstd-of-tomorrow' }), [400, 415]);
  });

  test('bad metadata is refused', async () => {
    assertError(await put('tagged', 'x', { ...octets, [`x-metadata-${'k'.repeat(247)}`]: 'v' }), 400);
    assertError(await put('tagged', 'x', { ...octets, 'x-metadata-k': 'v'.repeat(4_100) }), 400);
    assertError(await put('tagged', 'x', { ...octets, 'x-metadata-k': '\xfc' }), 400);
  });

  test('a full /tmp answers 507, and the service goes on', async () => {
    const full = await createSandbox();
    try {
      const filled = await start(full, bash('cat /dev/zero > /tmp/fill; df --output=avail /tmp | tail -n 1'), { headers: { 'connect-timeout-ms': '60000' } });
      assert.match(filled.stderr.toString(), /No space left/);
      const path = `/files?path=${encodeURIComponent('/tmp/more')}`;
      assertError(await data(full, 'POST', path, 'x'.repeat(1 << 20), octets), 507);
      assert.equal((await start(full, bash('rm /tmp/fill'))).end.status, 'exit status 0');
      assert.equal((await data(full, 'POST', path, 'fits', octets)).status, 200);
    } finally {
      await killSandbox(full);
    }
  });
});
