import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';
import { eventually, unique } from '../support/service.mjs';

suite('the life of a sandbox', (sdk) => {
  const all = sandboxes(sdk);
  after(() => all.killAll());

  test('is created with metadata and variables', async () => {
    const label = unique();
    const sandbox = await all.create({ metadata: { label, 'a b': 'ü=&%' }, envs: { GREETING: 'hi there' } });
    assert.match(sandbox.sandboxId, /^[a-z0-9]+$/);
    assert.equal((await sandbox.commands.run('echo "$GREETING"')).stdout, 'hi there\n');
    const info = await sandbox.getInfo();
    assert.deepEqual(info.metadata, { label, 'a b': 'ü=&%' });
  });

  test('tells about itself', async () => {
    const before = Date.now();
    const sandbox = await all.create({ timeoutMs: 60_000 });
    const info = await sandbox.getInfo();
    assert.equal(info.sandboxId, sandbox.sandboxId);
    assert.ok(info.templateId);
    assert.equal(info.name, 'base');
    assert.equal(info.state, 'running');
    assert.ok(info.cpuCount > 0);
    assert.ok(info.memoryMB > 0);
    assert.match(info.envdVersion, /^\d+\.\d+\.\d+$/);
    assert.ok(Math.abs(info.startedAt.getTime() - before) < 10_000);
    assert.ok(Math.abs(info.endAt.getTime() - info.startedAt.getTime() - 60_000) < 2_000);
  });

  test('has its time-out moved up and down', async () => {
    const sandbox = await all.create({ timeoutMs: 60_000 });
    for (const timeoutMs of [200_000, 30_000]) {
      await sandbox.setTimeout(timeoutMs);
      const left = (await sandbox.getInfo()).endAt.getTime() - Date.now();
      assert.ok(Math.abs(left - timeoutMs) < 3_000, `${left} ms are left`);
    }
  });

  test('is connected to by its id, which only ever extends its time', async () => {
    const sandbox = await all.create({ timeoutMs: 100_000 });
    await sandbox.files.write('kept.txt', 'kept');
    const end = (await sandbox.getInfo()).endAt.getTime();
    const again = await sdk.Sandbox.connect(sandbox.sandboxId, { timeoutMs: 10_000 });
    assert.equal(await again.files.read('kept.txt'), 'kept');
    assert.ok((await again.getInfo()).endAt.getTime() >= end - 1_000);
    await sdk.Sandbox.connect(sandbox.sandboxId, { timeoutMs: 200_000 });
    assert.ok((await again.getInfo()).endAt.getTime() > end + 60_000);
  });

  test('runs until it is killed, and is killed once', async () => {
    const sandbox = await all.create();
    assert.equal(await sandbox.isRunning(), true);
    assert.equal(await sandbox.kill(), true);
    assert.equal(await sandbox.isRunning(), false);
    assert.equal(await sandbox.kill(), false);
    assert.equal(await sdk.Sandbox.kill(sandbox.sandboxId), false);
    await assert.rejects(sandbox.getInfo(), { name: 'SandboxNotFoundError' });
    await assert.rejects(sandbox.setTimeout(1_000), { name: 'SandboxNotFoundError' });
    await assert.rejects(sdk.Sandbox.connect(sandbox.sandboxId), { name: 'SandboxNotFoundError' });
    await assert.rejects(sandbox.commands.run('true'), { name: 'SandboxNotFoundError' });
    await assert.rejects(sandbox.files.read('x'), { name: 'TimeoutError' });
  });

  test('cuts its open streams when it is killed', async () => {
    const sandbox = await all.create();
    const command = await sandbox.commands.run('echo up; sleep 60', { background: true });
    await eventually('output', () => command.stdout === 'up\n');
    const ended = assert.rejects(command.wait(), (error) => {
      assert.equal(error.name, 'TimeoutError');
      assert.match(error.message, /killed or reached its end of life/);
      return true;
    });
    assert.equal(await sandbox.kill(), true);
    await ended;
  });

  test('ends by itself within a second of its time-out, and its streams with it', async () => {
    const sandbox = await all.create({ timeoutMs: 2_000 });
    const end = (await sandbox.getInfo()).endAt.getTime();
    const command = await sandbox.commands.run('sleep 60', { background: true });
    await assert.rejects(command.wait(), { name: 'TimeoutError' });
    assert.ok(Date.now() > end - 500, 'not before its time');
    assert.ok(Date.now() < end + 2_500, `late by ${Date.now() - end} ms`);
    assert.equal(await sandbox.isRunning(), false);
    await eventually('it is gone', async () => !(await sandbox.kill()));
  });

  test('does not know a template that is not there', async () => {
    await assert.rejects(sdk.Sandbox.create('no-such-template'), { message: /^404: .*no-such-template/ });
  });
});
