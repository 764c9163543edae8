import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';

suite('commands', (sdk) => {
  const all = sandboxes(sdk);
  let sandbox;
  const run = (...args) => sandbox.commands.run(...args);
  before(async () => {
    sandbox = await all.create({ envs: { FROM: 'sandbox', SHADOWED: 'sandbox' } });
  });
  after(() => all.killAll());

  test('give their output and exit code', async () => {
    const result = await run('echo out; echo err >&2');
    assert.equal(result.exitCode, 0);
    assert.equal(result.stdout, 'out\n');
    assert.equal(result.stderr, 'err\n');
    await assert.rejects(run('echo out; echo err >&2; exit 3'), (error) => {
      assert.equal(error.name, 'CommandExitError');
      assert.equal(error.exitCode, 3);
      assert.equal(error.stdout, 'out\n');
      assert.equal(error.stderr, 'err\n');
      return true;
    });
  });

  test('stream their output while they run', async () => {
    const seen = [];
    let sawFirst;
    const first = new Promise((resolve) => (sawFirst = resolve));
    const running = run('echo one; until [ -e go ]; do sleep 0.05; done; echo two >&2; rm go', {
      onStdout: (text) => sawFirst(seen.push(['out', text])),
      onStderr: (text) => seen.push(['err', text]),
    });
    await first;
    await sandbox.files.write('go', '');
    await running;
    assert.deepEqual(seen, [['out', 'one\n'], ['err', 'two\n']]);
  });

  test('pass on much output and any characters unharmed', async () => {
    const result = await run("head -c 5000000 /dev/zero | tr '\\0' x; printf 'ünï 日本 🙂' >&2");
    assert.equal(result.stdout.length, 5_000_000);
    assert.match(result.stdout, /^x+$/);
    assert.equal(result.stderr, 'ünï 日本 🙂');
  });

  test('see the variables of the sandbox and their own', async () => {
    const { stdout } = await run('echo "$FROM $SHADOWED $OWN"', { envs: { OWN: "it's", SHADOWED: 'command' } });
    assert.equal(stdout, "sandbox command it's\n");
    assert.equal((await run('echo $E2B_SANDBOX $E2B_SANDBOX_ID')).stdout, `true ${sandbox.sandboxId}\n`);
    assert.equal((await run('echo $HOME $USER')).stdout, '/home/user user\n');
  });

  test('see nothing of the host\'s environment', async () => {
    const { stdout } = await run('env');
    assert.doesNotMatch(stdout, /SANDBAR|E2B_API|JAVA|MAVEN|SUDO/);
  });

  test('run in the directory they ask for', async () => {
    assert.equal((await run('pwd')).stdout, '/home/user\n');
    assert.equal((await run('pwd', { cwd: '/tmp' })).stdout, '/tmp\n');
    await sandbox.files.makeDir('job/deep');
    assert.equal((await run('pwd', { cwd: '/home/user/job/deep' })).stdout, '/home/user/job/deep\n');
    await assert.rejects(run('pwd', { cwd: '/not/there' }), { name: 'InvalidArgumentError', message: /\/not\/there/ });
  });

  test('run as the user they ask for', async () => {
    assert.equal((await run('id -un; id -u')).stdout, 'user\n1000\n');
    assert.equal((await run('id -un', { user: 'user' })).stdout, 'user\n');
    assert.equal((await run('id -un; id -u; echo $HOME', { user: 'root' })).stdout, 'root\n0\n/root\n');
    await assert.rejects(run('true', { user: 'nobody-here' }), { name: 'AuthenticationError' });
  });

  test('become root by sudo', async () => {
    assert.equal((await run('sudo id -u')).stdout, '0\n');
    assert.equal((await run('echo text | sudo tee /root/by-sudo')).stdout, 'text\n');
    await assert.rejects(run('cat /root/by-sudo'), { name: 'CommandExitError' });
    await assert.rejects(run('sudo sh -c "exit 7"'), { name: 'CommandExitError', exitCode: 7 });
  });

  test('are many at once', async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => `${i}`);
    const results = await Promise.all(numbers.map((number) => run(`echo ${number}`)));
    assert.deepEqual(results.map((result) => result.stdout.trim()), numbers);
  });
});
