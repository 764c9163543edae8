import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, runs, sandboxes } from '../support/sdk.mjs';
import { eventually } from '../support/service.mjs';

suite('background commands', (sdk) => {
  const all = sandboxes(sdk);
  let sandbox;
  before(async () => {
    sandbox = await all.create();
  });
  after(() => all.killAll());
  const background = (cmd, options = {}) => sandbox.commands.run(cmd, { background: true, ...options });

  test('read what is sent to them until it is closed', async () => {
    const seen = [];
    const command = await background('cat; echo closed', { stdin: true, onStdout: (text) => seen.push(text) });
    await command.sendStdin('first\n');
    await eventually('the first line', () => seen.join('') === 'first\n');
    await sandbox.commands.sendStdin(command.pid, 'sécond\n');
    await eventually('the second line', () => seen.join('') === 'first\nsécond\n');
    await command.closeStdin();
    const result = await command.wait();
    assert.equal(result.stdout, 'first\nsécond\nclosed\n');
    assert.equal(result.exitCode, 0);
  });

  test('take much input in order', async () => {
    const command = await background('sha256sum', { stdin: true });
    const part = 'x'.repeat(99_999) + '\n';
    for (let i = 0; i < 20; i++) await command.sendStdin(part);
    await command.closeStdin();
    const expected = await sandbox.commands.run("for i in $(seq 20); do printf '%099999d\\n' 0 | tr 0 x; done | sha256sum");
    assert.equal((await command.wait()).stdout, expected.stdout);
  });

  test('are killed once, with what they started', async () => {
    const command = await background('sleep 301.25 & sleep 301.25; wait');
    await eventually('its child', () => runs(sandbox, '301.25'));
    assert.equal(await command.kill(), true);
    await assert.rejects(command.wait(), (error) => {
      assert.equal(error.name, 'CommandExitError');
      assert.equal(error.exitCode, -1);
      assert.match(error.error, /killed/);
      return true;
    });
    await eventually('the end of the group', async () => !(await runs(sandbox, '301.25')));
    assert.equal(await command.kill(), false);
    assert.equal(await sandbox.commands.kill(999_999), false);
  });

  test('are listed while they run', async () => {
    const command = await background('sleep 302', { envs: { A: 'b' }, cwd: '/tmp' });
    const listed = (await sandbox.commands.list()).find((one) => one.pid === command.pid);
    assert.equal(listed.cmd, '/bin/bash');
    assert.deepEqual(listed.args, ['-l', '-c', 'sleep 302']);
    assert.equal(listed.envs.A, 'b');
    assert.equal(listed.cwd, '/tmp');
    await command.kill();
    await eventually('its end', async () => !(await sandbox.commands.list()).some((one) => one.pid === command.pid));
  });

  test('go on when the client goes away, and are connected to again', async () => {
    const command = await background('echo early; until [ -e next ]; do sleep 0.05; done; echo late; exit 4');
    await eventually('output', () => command.stdout === 'early\n');
    await command.disconnect();
    const seen = [];
    const again = await sandbox.commands.connect(command.pid, { onStdout: (text) => seen.push(text) });
    assert.equal(again.pid, command.pid);
    await sandbox.files.write('next', '');
    await assert.rejects(again.wait(), { name: 'CommandExitError', exitCode: 4 });
    assert.match(seen.join(''), /late\n$/);
  });

  test('tell every reader', async () => {
    const command = await background('until [ -e both ]; do sleep 0.05; done; echo to all');
    const second = await sandbox.commands.connect(command.pid);
    await sandbox.files.write('both', '');
    assert.equal((await command.wait()).stdout, 'to all\n');
    assert.equal((await second.wait()).stdout, 'to all\n');
  });

  test('are not connected to when they never were', async () => {
    await assert.rejects(sandbox.commands.connect(999_999), { name: 'NotFoundError' });
    await assert.rejects(sandbox.commands.sendStdin(999_999, 'x'), { name: 'NotFoundError' });
  });
});
