import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';
import { assertError, read } from '../support/wire.mjs';

suite('signed addresses', (sdk) => {
  const all = sandboxes(sdk);
  let sandbox;
  before(async () => {
    sandbox = await all.create();
    await all.create();
  });
  after(() => all.killAll());

  const upload = async (url, content, filename) => {
    const form = new FormData();
    if (filename) form.append('file', new Blob([content]), filename);
    else form.append('file', content);
    return read(await fetch(url, { method: 'POST', body: form }));
  };

  test('upload and download without a key', async () => {
    const answer = await upload(await sandbox.uploadUrl('signed/ü 1.txt'), 'signed content', 'any');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json[0].path, '/home/user/signed/ü 1.txt');
    assert.equal(await sandbox.files.read('signed/ü 1.txt'), 'signed content');
    const back = await fetch(await sandbox.downloadUrl('signed/ü 1.txt'));
    assert.equal(await back.text(), 'signed content');
  });

  test('take a plain form field, and a path from its file name', async () => {
    const field = await upload(await sandbox.uploadUrl('signed/field.txt'), 'plain field');
    assert.equal(field.status, 200, field.text);
    assert.equal(await sandbox.files.read('signed/field.txt'), 'plain field');
    const named = await upload(await sandbox.uploadUrl(), 'named', 'signed/named.txt');
    assert.equal(named.status, 200, named.text);
    assert.equal(await sandbox.files.read('signed/named.txt'), 'named');
  });

  test('work until they expire', async () => {
    await sandbox.files.write('short', 'lived');
    const good = await fetch(await sandbox.downloadUrl('short', { useSignatureExpiration: 30 }));
    assert.equal(await good.text(), 'lived');
    const late = await read(await fetch(await sandbox.downloadUrl('short', { useSignatureExpiration: -30 })));
    assertError(late, 401);
    assert.match(late.json.message, /signature is already expired/);
  });

  test('belong to one path, one user and one purpose', async () => {
    await sandbox.files.write('for-one', 'x');
    const url = new URL(await sandbox.downloadUrl('for-one'));
    assertError(await upload(url, 'y', 'z'), 401);
    const signature = url.searchParams.get('signature');
    url.searchParams.set('path', 'for-another');
    assertError(await read(await fetch(url)), 401);
    url.searchParams.set('path', 'for-one');
    url.searchParams.set('username', 'root');
    assertError(await read(await fetch(url)), 401);
    url.searchParams.delete('username');
    url.searchParams.set('signature', `${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`);
    assertError(await read(await fetch(url)), 401);
    url.searchParams.set('signature', signature);
    assert.equal((await fetch(url)).status, 200);
  });

  test('end with their sandbox', async () => {
    const short = await all.create();
    await short.files.write('x', 'x');
    const url = await short.downloadUrl('x');
    assert.equal((await fetch(url)).status, 200);
    await short.kill();
    assert.notEqual((await fetch(url)).status, 200);
  });
});
