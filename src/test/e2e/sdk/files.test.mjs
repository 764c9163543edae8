import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';

suite('files', (sdk) => {
  const all = sandboxes(sdk);
  let sandbox;
  let files;
  const shell = async (cmd) => (await sandbox.commands.run(cmd)).stdout;
  before(async () => {
    sandbox = await all.create();
    files = sandbox.files;
  });
  after(() => all.killAll());

  test('are written and read', async () => {
    const info = await files.write('a/b/text.txt', 'ünï\n日本');
    assert.equal(info.path, '/home/user/a/b/text.txt');
    assert.equal(info.name, 'text.txt');
    assert.equal(info.type, 'file');
    assert.equal(await files.read('a/b/text.txt'), 'ünï\n日本');
    assert.equal(await shell('cat a/b/text.txt; stat -c "%U %a" a a/b/text.txt'), 'ünï\n日本user 755\nuser 644\n');
    await files.write('a/b/text.txt', 'less');
    assert.equal(await files.read('/home/user/a/b/text.txt'), 'less');
    assert.equal(await files.read('~/a/b/text.txt'), 'less');
    await files.write('empty', '');
    assert.equal(await files.read('empty'), '');
    assert.deepEqual(await files.read('empty', { format: 'bytes' }), new Uint8Array(0));
  });

  test('keep odd names', async () => {
    for (const name of ['with space.txt', 'ünï-日本.txt', 'a#b?c&d=e%20f+g.txt', "quo'te\".txt", 'new\nline']) {
      await files.write(`odd/${name}`, name);
      assert.equal(await files.read(`odd/${name}`), name);
      assert.equal((await files.getInfo(`odd/${name}`)).name, name);
    }
    assert.equal((await files.list('odd')).length, 5);
  });

  test('that are not there are told so', async () => {
    await assert.rejects(files.read('missing'), { name: 'FileNotFoundError', message: /\/home\/user\/missing/ });
    await assert.rejects(files.getInfo('missing'), { name: 'FileNotFoundError' });
    await assert.rejects(files.list('missing'), { name: 'FileNotFoundError' });
    await assert.rejects(files.rename('missing', 'x'), { name: 'FileNotFoundError' });
    assert.equal(await files.exists('missing'), false);
    await files.remove('missing');
  });

  test('are not directories', async () => {
    await files.makeDir('dir');
    await files.write('plain', 'x');
    await assert.rejects(files.read('dir'), { name: 'InvalidArgumentError' });
    await assert.rejects(files.write('dir', 'x'), { name: 'InvalidArgumentError' });
    await assert.rejects(files.list('plain'), { name: 'InvalidArgumentError' });
    await assert.rejects(files.makeDir('plain'), { name: 'InvalidArgumentError' });
  });

  test('tell about themselves', async () => {
    await files.write('told', '12345');
    const before = Date.now();
    const info = await files.getInfo('told');
    assert.equal(info.path, '/home/user/told');
    assert.equal(info.type, 'file');
    assert.equal(info.size, 5);
    assert.equal(info.mode, 0o644);
    assert.equal(info.permissions, '-rw-r--r--');
    assert.equal(info.owner, 'user');
    assert.equal(info.group, 'user');
    assert.ok(Math.abs(info.modifiedTime.getTime() - before) < 10_000);
    await files.makeDir('told-dir');
    const dir = await files.getInfo('told-dir');
    assert.equal(dir.type, 'dir');
    assert.equal(dir.permissions, 'drwxr-xr-x');
    await shell('ln -sfn told link');
    const link = await files.getInfo('link');
    assert.equal(link.name, 'link');
    assert.equal(link.symlinkTarget, '/home/user/told');
    assert.equal(await files.exists('link'), true);
  });

  test('lie in directories', async () => {
    assert.equal(await files.makeDir('tree/one'), true);
    assert.equal(await files.makeDir('tree/one'), false);
    await files.write('tree/two/deep/leaf', 'x');
    await files.write('tree/three', 'xyz');
    const names = async (options) => (await files.list('tree', options)).map((entry) => entry.path.replace('/home/user/tree/', ''));
    assert.deepEqual(await names(), ['one', 'three', 'two']);
    assert.deepEqual(await names({ depth: 2 }), ['one', 'three', 'two', 'two/deep']);
    assert.deepEqual(await names({ depth: 9 }), ['one', 'three', 'two', 'two/deep', 'two/deep/leaf']);
    const entry = (await files.list('tree')).find((one) => one.name === 'three');
    assert.equal(entry.size, 3);
    assert.equal(entry.type, 'file');
  });

  test('are renamed and removed', async () => {
    await files.write('old/name', 'content');
    const moved = await files.rename('old/name', 'new/place/name');
    assert.equal(moved.path, '/home/user/new/place/name');
    assert.equal(await files.read('new/place/name'), 'content');
    assert.equal(await files.exists('old/name'), false);
    await files.remove('new');
    assert.equal(await files.exists('new'), false);
    assert.equal(await files.exists('old'), true);
  });

  test('belong to whom they are written for', async () => {
    await files.write('/root/secret', 'of root', { user: 'root' });
    assert.equal((await files.getInfo('/root/secret', { user: 'root' })).owner, 'root');
    assert.equal((await files.write('mine', 'x', { user: 'root' })).path, '/root/mine');
    await assert.rejects(sandbox.commands.run('cat /root/secret'), { name: 'CommandExitError' });
    await assert.rejects(files.read('plain', { user: 'nobody-here' }), { name: 'AuthenticationError' });
  });

  test('carry metadata until they are written anew', async () => {
    const info = await files.write('tagged', 'x', { metadata: { author: 'me', Kind: 'a b' } });
    assert.deepEqual(info.metadata, { author: 'me', kind: 'a b' });
    assert.deepEqual((await files.getInfo('tagged')).metadata, { author: 'me', kind: 'a b' });
    await files.write('tagged', 'y');
    assert.deepEqual((await files.getInfo('tagged')).metadata ?? {}, {});
  });
});
