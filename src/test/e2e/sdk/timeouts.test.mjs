import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, runs, sandboxes } from '../support/sdk.mjs';
import { eventually } from '../support/service.mjs';

suite('time-outs', (sdk) => {
  const all = sandboxes(sdk);
  let sandbox;
  before(async () => {
    sandbox = await all.create();
  });
  after(() => all.killAll());

  test('of a command end its whole process group', async () => {
    const began = Date.now();
    await assert.rejects(sandbox.commands.run('sleep 303.25 & sleep 303.25; wait', { timeoutMs: 700 }), { name: 'TimeoutError' });
    assert.ok(Date.now() - began < 5_000);
    await eventually('the end of the group', async () => !(await runs(sandbox, '303.25')), 5_000);
  });

  test('of a command that ended before do nothing', async () => {
    const result = await sandbox.commands.run('echo quick', { timeoutMs: 5_000 });
    assert.equal(result.stdout, 'quick\n');
  });

  test('of nought let a command run', async () => {
    const result = await sandbox.commands.run('sleep 1.5; echo done', { timeoutMs: 0 });
    assert.equal(result.stdout, 'done\n');
  });

  test('of a reader that connected end only its reading', async () => {
    const command = await sandbox.commands.run('sleep 304.25', { background: true, timeoutMs: 0 });
    const reader = await sandbox.commands.connect(command.pid, { timeoutMs: 500 });
    await assert.rejects(reader.wait(), { name: 'TimeoutError' });
    assert.equal(await runs(sandbox, '304.25'), true);
    await command.kill();
  });

  test('of a request leave the sandbox in order', async () => {
    await assert.rejects(sandbox.files.list('/usr', { depth: 5, requestTimeoutMs: 1 }), { name: 'TimeoutError' });
    assert.equal(await sandbox.isRunning(), true);
    assert.equal((await sandbox.commands.run('echo well')).stdout, 'well\n');
  });
});
