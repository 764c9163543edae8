import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';
import { otherKey, unique } from '../support/service.mjs';

suite('owners', (sdk) => {
  const all = sandboxes(sdk);
  const label = unique();
  let sandbox;
  before(async () => {
    sandbox = await all.create({ metadata: { label } });
  });
  after(() => all.killAll());

  test('a wrong key is refused', async () => {
    const apiKey = `e2b_${'0'.repeat(40)}`;
    await assert.rejects(sdk.Sandbox.create({ apiKey }), { name: 'AuthenticationError' });
    await assert.rejects(sdk.Sandbox.getInfo(sandbox.sandboxId, { apiKey }), { name: 'AuthenticationError' });
    await assert.rejects(sdk.Sandbox.list({ apiKey }).nextItems(), { name: 'AuthenticationError' });
    assert.equal(await sandbox.isRunning(), true);
  });

  test('another owner sees and changes nothing', { skip: !otherKey && 'E2B_OTHER_API_KEY is not set' }, async () => {
    const other = { apiKey: otherKey };
    await assert.rejects(sdk.Sandbox.getInfo(sandbox.sandboxId, other), { name: 'SandboxNotFoundError' });
    await assert.rejects(sdk.Sandbox.connect(sandbox.sandboxId, other), { name: 'SandboxNotFoundError' });
    await assert.rejects(sdk.Sandbox.setTimeout(sandbox.sandboxId, 1_000, other), { name: 'SandboxNotFoundError' });
    assert.equal(await sdk.Sandbox.kill(sandbox.sandboxId, other), false);
    assert.deepEqual(await sdk.Sandbox.list({ ...other, query: { metadata: { label } } }).nextItems(), []);
    assert.equal(await sandbox.isRunning(), true);
  });

  test('another sandbox\'s token opens nothing', async () => {
    const neighbour = await all.create();
    const token = neighbour.envdAccessToken;
    assert.ok(token);
    assert.notEqual(token, sandbox.envdAccessToken);
    const stranger = new sdk.Sandbox({
      ...neighbour.connectionConfig,
      sandboxId: sandbox.sandboxId,
      envdVersion: '0.6.13',
      envdAccessToken: token,
    });
    await assert.rejects(stranger.commands.run('id'), { name: 'AuthenticationError' });
    await assert.rejects(stranger.files.read('/etc/passwd'), { name: 'AuthenticationError' });
    await assert.rejects(stranger.files.list('/'), { name: 'AuthenticationError' });
  });
});
