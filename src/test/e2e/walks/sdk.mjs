// The walk of E2B's JavaScript SDK, for all of its versions. The state holds the module as "sdk".
import assert from 'node:assert/strict';
import { eventually, unique } from '../support/service.mjs';

const minutes = 60_000;

/** The error that a call must end with. */
async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'the call came through' });
}

/** Older versions don't ask what has become of the sandbox, and tell what their HTTP client says of a cut connection. */
const isCut = (error) => assert.match(`${error.name}: ${error.message}`, /TimeoutError|SandboxError: .*(terminated|aborted|closed)/);
const isTimeout = (error) => assert.match(error.name, /TimeoutError/, `${error.name}: ${error.message}`);
const isGone = (error) => assert.match(error.name, /TimeoutError|NotFoundError/, `${error.name}: ${error.message}`);

export const operations = [
  {
    name: 'create',
    short: true,
    async run(state) {
      state.label = unique();
      state.sandbox = await state.sdk.Sandbox.create('base', {
        timeoutMs: 3 * minutes,
        metadata: { label: state.label },
        envs: { GREETING: 'hi there' },
      });
      assert.match(state.sandbox.sandboxId, /^[a-z0-9]+$/);
    },
  },
  {
    name: 'create with allowPublicTraffic and allowInternetAccess',
    async run({ sdk }) {
      const options = { timeoutMs: minutes, allowInternetAccess: true, network: { allowPublicTraffic: true } };
      const sandbox = await sdk.Sandbox.create('base', options);
      assert.equal(await sdk.Sandbox.kill(sandbox.sandboxId), true);
    },
  },
  {
    name: 'run',
    short: true,
    async run({ sandbox }) {
      const result = await sandbox.commands.run('echo "$GREETING"; echo err >&2');
      assert.deepEqual([result.exitCode, result.stdout, result.stderr], [0, 'hi there\n', 'err\n']);
      const error = await rejection(sandbox.commands.run('echo out; exit 3'));
      assert.deepEqual([error.name, error.exitCode, error.stdout], ['CommandExitError', 3, 'out\n']);
    },
  },
  {
    name: 'run as root',
    async run({ sandbox }) {
      assert.equal((await sandbox.commands.run('id -un', { user: 'root', cwd: '/tmp' })).stdout, 'root\n');
    },
  },
  {
    name: 'output while it comes',
    async run({ sandbox }) {
      const seen = [];
      let saw;
      const first = new Promise((resolve) => (saw = resolve));
      const running = sandbox.commands.run('echo one; until [ -e go ]; do sleep 0.05; done; echo two >&2', {
        onStdout: (text) => saw(seen.push(text)),
        onStderr: (text) => seen.push(text),
      });
      await first;
      await sandbox.files.write('go', '');
      await running;
      assert.deepEqual(seen, ['one\n', 'two\n']);
    },
  },
  {
    name: 'time-out of a command',
    short: true,
    async run({ sandbox }) {
      isTimeout(await rejection(sandbox.commands.run('sleep 311.5 & sleep 311.5; wait', { timeoutMs: 600 })));
      await eventually('the end of the group', async () => {
        const all = await sandbox.commands.run('cat /proc/[0-9]*/cmdline | tr "\\0" " "');
        return !all.stdout.includes('311.5');
      });
    },
  },
  {
    name: 'background, input, kill',
    short: true,
    async run({ sandbox }) {
      const command = await sandbox.commands.run('head -n 1; sleep 60', { background: true, stdin: true });
      await sandbox.commands.sendStdin(command.pid, 'sécond\n');
      await eventually('the line', () => command.stdout === 'sécond\n');
      assert.ok((await sandbox.commands.list()).some((one) => one.pid === command.pid));
      assert.equal(await command.kill(), true);
      assert.equal((await rejection(command.wait())).name, 'CommandExitError');
      assert.equal(await command.kill(), false);
    },
  },
  {
    name: 'end of input',
    there: ({ sandbox }) => sandbox.commands.closeStdin,
    async run({ sandbox }) {
      const command = await sandbox.commands.run('cat; echo closed', { background: true, stdin: true });
      await sandbox.commands.sendStdin(command.pid, 'x\n');
      await sandbox.commands.closeStdin(command.pid);
      assert.equal((await command.wait()).stdout, 'x\nclosed\n');
    },
  },
  {
    name: 'disconnect and connect again',
    async run({ sandbox }) {
      const command = await sandbox.commands.run('until [ -e next ]; do sleep 0.05; done; echo late; exit 4', {
        background: true,
      });
      await command.disconnect();
      const again = await sandbox.commands.connect(command.pid);
      await sandbox.files.write('next', '');
      const error = await rejection(again.wait());
      assert.deepEqual([error.exitCode, error.stdout], [4, 'late\n']);
    },
  },
  {
    name: 'files: write, read, list',
    short: true,
    async run({ sandbox }) {
      await sandbox.files.write('walk/ü 1.txt', 'hello');
      assert.equal(await sandbox.files.read('walk/ü 1.txt'), 'hello');
      assert.deepEqual((await sandbox.files.list('walk')).map((entry) => entry.name), ['ü 1.txt']);
      const bytes = await sandbox.files.read('walk/ü 1.txt', { format: 'bytes' });
      assert.equal(Buffer.from(bytes).toString(), 'hello');
    },
  },
  {
    name: 'files: several, a blob, a large one',
    async run({ sandbox }) {
      await sandbox.files.write([{ path: 'several/a', data: 'a' }, { path: 'several/b', data: new Blob(['b']) }]);
      assert.equal(await sandbox.files.read('several/b'), 'b');
      const large = 'x'.repeat(3 << 20);
      await sandbox.files.write('large', large);
      assert.equal((await sandbox.files.read('large')).length, large.length);
    },
  },
  {
    name: 'files: directories, move, remove, exists',
    short: true,
    async run({ sandbox }) {
      assert.equal(await sandbox.files.makeDir('made'), true);
      assert.equal(await sandbox.files.makeDir('made'), false);
      await sandbox.files.write('made/a', 'a');
      await sandbox.files.rename('made/a', 'made/b');
      assert.equal(await sandbox.files.exists('made/a'), false);
      assert.equal(await sandbox.files.exists('made/b'), true);
      await sandbox.files.remove('made');
      assert.match((await rejection(sandbox.files.read('made/b'))).name, /NotFoundError/);
    },
  },
  {
    name: 'files: description',
    there: ({ sandbox }) => sandbox.files.getInfo,
    async run({ sandbox }) {
      await sandbox.files.write('described', '12345');
      const info = await sandbox.files.getInfo('described');
      assert.deepEqual([info.name, info.type, info.size, info.owner], ['described', 'file', 5, 'user']);
    },
  },
  {
    name: 'signed addresses',
    async run({ sandbox }) {
      const form = new FormData();
      form.append('file', new Blob(['signed']), 'any');
      const uploaded = await fetch(await sandbox.uploadUrl('signed'), { method: 'POST', body: form });
      assert.equal(uploaded.status, 200, await uploaded.text());
      assert.equal(await (await fetch(await sandbox.downloadUrl('signed'))).text(), 'signed');
    },
  },
  {
    name: 'description and list',
    short: true,
    async run({ sdk, sandbox, label }) {
      const info = await sandbox.getInfo();
      assert.deepEqual([info.sandboxId, info.name, info.metadata], [sandbox.sandboxId, 'base', { label }]);
      const listed = await sdk.Sandbox.list({ query: { metadata: { label }, state: ['running'] } }).nextItems();
      assert.deepEqual(listed.map((one) => one.sandboxId), [sandbox.sandboxId]);
    },
  },
  {
    name: 'metrics',
    there: ({ sandbox }) => sandbox.getMetrics,
    async run({ sandbox }) {
      const [metric] = await sandbox.getMetrics();
      assert.ok(metric.memTotal > 0 && metric.cpuCount > 0);
    },
  },
  {
    name: 'connect',
    short: true,
    async run({ sdk, sandbox }) {
      const again = await sdk.Sandbox.connect(sandbox.sandboxId, { timeoutMs: 4 * minutes });
      await again.files.write('from-another', 'x');
      assert.equal((await again.commands.run('cat from-another')).stdout, 'x');
      assert.equal(await again.isRunning(), true);
    },
  },
  {
    name: 'time-out of the sandbox',
    async run({ sandbox }) {
      await sandbox.setTimeout(5 * minutes);
      const left = (await sandbox.getInfo()).endAt.getTime() - Date.now();
      assert.ok(Math.abs(left - 5 * minutes) < 5_000, `${left} ms are left`);
    },
  },
  {
    name: 'whether a template exists',
    there: ({ sdk }) => sdk.Template?.exists,
    async run({ sdk }) {
      assert.equal(await sdk.Template.exists('base'), true);
      assert.equal(await sdk.Template.exists('no-such-template'), false);
    },
  },
  {
    name: 'an unknown template',
    async run({ sdk }) {
      assert.match((await rejection(sdk.Sandbox.create('no-such-template'))).message, /^404: .*no-such-template/);
    },
  },
  {
    name: 'a wrong key',
    async run({ sdk }) {
      const apiKey = `e2b_${'0'.repeat(40)}`;
      assert.equal((await rejection(sdk.Sandbox.create({ apiKey }))).name, 'AuthenticationError');
    },
  },
  { name: 'terminal', expect: 'refused', run: ({ sandbox }) => sandbox.pty.create({ cols: 80, rows: 24, onData() {} }) },
  { name: 'watch', expect: 'refused', run: ({ sandbox }) => sandbox.files.watchDir('/home/user', () => {}) },
  {
    name: 'pause',
    expect: 'refused',
    run: ({ sandbox }) => (sandbox.pause ?? sandbox.betaPause).call(sandbox),
  },
  {
    name: 'snapshot',
    expect: 'refused',
    there: ({ sandbox }) => sandbox.createSnapshot,
    run: ({ sandbox }) => sandbox.createSnapshot(),
  },
  { name: 'fork', expect: 'refused', there: ({ sandbox }) => sandbox.fork, run: ({ sandbox }) => sandbox.fork() },
  {
    name: 'network rules',
    expect: 'refused',
    there: ({ sandbox }) => sandbox.updateNetwork,
    run: ({ sandbox }) => sandbox.updateNetwork({ allowOut: ['1.1.1.1'] }),
  },
  {
    name: 'create with network rules',
    expect: 'refused',
    // Older ones don't send the rules that they don't know.
    there: ({ sandbox }) => sandbox.updateNetwork,
    run: ({ sdk }) => sdk.Sandbox.create({ network: { allowOut: ['1.1.1.1'] } }),
  },
  {
    name: 'volumes',
    expect: 'refused',
    there: ({ sdk }) => sdk.Volume?.create,
    run: ({ sdk }) => sdk.Volume.create('walk'),
  },
  {
    name: 'kill, which cuts what is open',
    short: true,
    async run({ sdk, sandbox }) {
      const command = await sandbox.commands.run('echo up; sleep 60', { background: true });
      await eventually('output', () => command.stdout === 'up\n');
      const cut = rejection(command.wait());
      assert.equal(await sdk.Sandbox.kill(sandbox.sandboxId), true);
      isCut(await cut);
      assert.equal(await sandbox.isRunning(), false);
      assert.equal(await sdk.Sandbox.kill(sandbox.sandboxId), false);
      isGone(await rejection(sandbox.commands.run('true')));
      isGone(await rejection(sandbox.files.read('x')));
      assert.match((await rejection(sdk.Sandbox.connect(sandbox.sandboxId))).name, /NotFoundError/);
    },
  },
  {
    name: 'a sandbox that ends by itself',
    async run({ sdk }) {
      const short = await sdk.Sandbox.create('base', { timeoutMs: 2_000 });
      const command = await short.commands.run('sleep 60', { background: true });
      isCut(await rejection(command.wait()));
      assert.equal(await short.isRunning(), false);
    },
  },
  {
    name: 'a time-out of nothing',
    short: true,
    async run({ sdk }) {
      const short = await sdk.Sandbox.create('base', { timeoutMs: minutes });
      await short.setTimeout(0);
      assert.equal(await short.isRunning(), false);
      assert.match((await rejection(short.setTimeout(1_000))).name, /NotFoundError/);
    },
  },
];

/** Ends what a walk that broke off has left. */
export const end = async ({ sandbox }) => sandbox?.kill().catch(() => {});
