// The walk of E2B's command line. The state holds the path of its program as "program".
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { unique } from '../support/service.mjs';
import { createSandbox, killSandbox } from '../support/wire.mjs';

const limitMs = 60_000;

/** Runs the program as from a script: with no terminal, and this as its input. */
function cli(state, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [state.program, ...args], { timeout: limitMs });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => (said[stream] += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
    child.stdin.end(input);
  });
}

async function succeeds(state, args, input) {
  const result = await cli(state, args, input);
  if (result.code !== 0) throw new Error(`${args.join(' ')} ended with ${result.code}: ${result.stderr || result.stdout}`);
  return result.stdout;
}

export const operations = [
  {
    name: 'list',
    short: true,
    async run(state) {
      state.label = unique();
      state.sandbox = await createSandbox({ metadata: { label: state.label } });
      const args = ['sandbox', 'list', '--format', 'json', '--metadata', `label=${state.label}`];
      const listed = JSON.parse(await succeeds(state, args));
      assert.deepEqual(listed.map((one) => one.sandboxId), [state.sandbox.sandboxID]);
    },
  },
  {
    name: 'list for people',
    async run(state) {
      assert.ok((await succeeds(state, ['sandbox', 'list'])).includes(state.sandbox.sandboxID));
    },
  },
  {
    name: 'info',
    short: true,
    async run(state) {
      const info = JSON.parse(await succeeds(state, ['sandbox', 'info', state.sandbox.sandboxID, '--format', 'json']));
      assert.deepEqual([info.name, info.metadata.label, info.state], ['base', state.label, 'running']);
    },
  },
  {
    name: 'exec',
    short: true,
    async run(state) {
      const result = await cli(state, ['sandbox', 'exec', state.sandbox.sandboxID, 'cat; echo err >&2; exit 3'], 'piped\n');
      assert.equal(result.code, 3, result.stderr);
      assert.equal(result.stdout, 'piped\n');
      assert.match(result.stderr, /^err$/m);
    },
  },
  {
    name: 'exec as root elsewhere',
    async run(state) {
      const args = ['sandbox', 'exec', '-u', 'root', '-c', '/tmp', '-e', 'A=b', state.sandbox.sandboxID, 'id -un; pwd; echo $A'];
      assert.equal(await succeeds(state, args), 'root\n/tmp\nb\n');
    },
  },
  { name: 'exec in the background', run: (state) => succeeds(state, ['sandbox', 'exec', '-b', state.sandbox.sandboxID, 'sleep 60']) },
  {
    name: 'metrics',
    async run(state) {
      assert.match(await succeeds(state, ['sandbox', 'metrics', state.sandbox.sandboxID]), /Memory/);
    },
  },
  { name: 'logs', expect: 'refused', run: (state) => succeeds(state, ['sandbox', 'logs', state.sandbox.sandboxID]) },
  { name: 'pause', expect: 'refused', run: (state) => succeeds(state, ['sandbox', 'pause', state.sandbox.sandboxID]) },
  { name: 'snapshot', expect: 'refused', run: (state) => succeeds(state, ['sandbox', 'snapshot', 'create', state.sandbox.sandboxID]) },
  { name: 'templates', expect: 'refused', run: (state) => succeeds(state, ['template', 'list']) },
  {
    name: 'kill',
    short: true,
    async run(state) {
      const id = state.sandbox.sandboxID;
      assert.match(await succeeds(state, ['sandbox', 'kill', id]), /has been killed/);
      const again = await cli(state, ['sandbox', 'kill', id]);
      assert.match(again.stdout + again.stderr, /wasn't found/);
    },
  },
];

export const end = async ({ sandbox }) => sandbox && killSandbox(sandbox);
