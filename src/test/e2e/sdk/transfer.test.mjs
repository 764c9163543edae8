import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

suite('transfers', (sdk) => {
  const all = sandboxes(sdk);
  let sandbox;
  let files;
  const sum = async (path) => (await sandbox.commands.run(`sha256sum < ${path}`)).stdout.slice(0, 64);
  before(async () => {
    sandbox = await all.create();
    files = sandbox.files;
  });
  after(() => all.killAll());

  test('of bytes and blobs', async () => {
    const bytes = randomBytes(300_001);
    await files.write('bytes', bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    assert.equal(await sum('bytes'), sha256(bytes));
    assert.deepEqual(Buffer.from(await files.read('bytes', { format: 'bytes' })), bytes);
    await files.write('blob', new Blob([bytes, 'tail']));
    const blob = await files.read('blob', { format: 'blob' });
    assert.equal(blob.size, 300_005);
  });

  test('of streams, longer than any buffer', async () => {
    const chunk = randomBytes(1 << 20);
    const hash = createHash('sha256');
    let left = 16;
    const stream = new ReadableStream({
      pull(controller) {
        if (left-- === 0) return controller.close();
        hash.update(chunk);
        controller.enqueue(chunk);
      },
    });
    await files.write('stream', stream);
    assert.equal((await files.getInfo('stream')).size, 16 << 20);
    const expected = hash.digest('hex');
    assert.equal(await sum('stream'), expected);
    const back = createHash('sha256');
    for await (const part of await files.read('stream', { format: 'stream' })) back.update(part);
    assert.equal(back.digest('hex'), expected);
  });

  test('of streams that are left early', async () => {
    await sandbox.commands.run('head -c 50000000 /dev/zero > long');
    const reader = (await files.read('long', { format: 'stream' })).getReader();
    await reader.read();
    await reader.cancel();
    assert.equal((await sandbox.commands.run('echo well')).stdout, 'well\n');
  });

  test('of many files at once', async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ path: `many/ü ${i}.txt`, data: `number ${i}` }));
    const written = await files.write(many);
    assert.deepEqual(written.map((info) => info.path), many.map((file) => `/home/user/${file.path}`));
    for (const file of many) assert.equal(await files.read(file.path), file.data);
    assert.deepEqual(await files.write([]), []);
  });

  test('compressed both ways', async () => {
    const text = 'compressible '.repeat(50_000);
    await files.write('zipped', text, { gzip: true });
    assert.equal(await sum('zipped'), sha256(text));
    assert.equal(await files.read('zipped', { gzip: true }), text);
    await files.write([{ path: 'z/1', data: 'one' }, { path: 'z/2', data: 'two' }], { gzip: true });
    assert.equal(await files.read('z/2', { gzip: true }), 'two');
  });

  test('as octets with metadata', async () => {
    const info = await files.write('octets', 'raw', { useOctetStream: true, metadata: { source: 'stream' } });
    assert.equal(info.path, '/home/user/octets');
    assert.deepEqual(info.metadata, { source: 'stream' });
    assert.equal(await files.read('octets'), 'raw');
  });

  test('at the same time', async () => {
    const contents = Array.from({ length: 16 }, (_, i) => `${i}`.repeat(100_000));
    await Promise.all(contents.map((content, i) => files.write(`par/${i}`, content)));
    const back = await Promise.all(contents.map((_, i) => files.read(`par/${i}`)));
    assert.deepEqual(back, contents);
  });
});
