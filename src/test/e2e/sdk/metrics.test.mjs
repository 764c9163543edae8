import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';

suite('metrics', (sdk) => {
  const all = sandboxes(sdk);
  let sandbox;
  before(async () => {
    sandbox = await all.create();
  });
  after(() => all.killAll());

  test('tell of a busy processor and of held memory', async () => {
    const [idle] = await sandbox.getMetrics();
    assert.ok(Math.abs(idle.timestamp.getTime() - Date.now()) < 60_000, String(idle.timestamp));
    assert.ok(idle.cpuCount > 0 && idle.memTotal > idle.memUsed && idle.diskTotal > idle.diskUsed, JSON.stringify(idle));
    await sandbox.files.write('/tmp/held', 'x'.repeat(33_554_432));
    const loop = await sandbox.commands.run('while :; do :; done', { background: true });
    const [busy] = await sandbox.getMetrics();
    assert.ok(busy.cpuUsedPct > 1 && busy.cpuUsedPct <= 100, JSON.stringify(busy));
    assert.ok(busy.memUsed - idle.memUsed > 30_000_000, JSON.stringify([idle, busy]));
    await loop.kill();
  });

  test('are those of the range asked for', async () => {
    const hour = 3_600_000;
    assert.equal((await sandbox.getMetrics({ start: new Date(Date.now() - hour), end: new Date(Date.now() + hour) })).length, 1);
    assert.deepEqual(await sandbox.getMetrics({ start: new Date(Date.now() - 2 * hour), end: new Date(Date.now() - hour) }), []);
  });
});
