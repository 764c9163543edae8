// The walk of ComputeSDK's provider for E2B: what its public benchmark does, and its files. The state holds its module as "sdk".
import assert from 'node:assert/strict';
import { apiKey } from '../support/service.mjs';
import { control } from '../support/wire.mjs';

/** Its own "destroy" tells nobody when it failed. */
async function isGone(id) {
  assert.equal((await control('GET', `/sandboxes/${id}`)).status, 404);
}

/** One turn of the benchmark: create, run, destroy; the time to the command's answer in milliseconds. */
export async function turn(provider) {
  const began = performance.now();
  const sandbox = await provider.sandbox.create({});
  const result = await sandbox.runCommand('node -v || echo no node');
  const took = performance.now() - began;
  await sandbox.destroy();
  assert.equal(result.exitCode, 0, result.stderr);
  await isGone(sandbox.sandboxId);
  return took;
}

export const operations = [
  {
    name: 'create, run, destroy',
    short: true,
    async run(state) {
      state.provider = state.sdk.e2b({ apiKey });
      await turn(state.provider);
    },
  },
  {
    name: 'files',
    short: true,
    async run(state) {
      const sandbox = (state.sandbox = await state.provider.sandbox.create({ timeout: 60_000 }));
      await sandbox.filesystem.mkdir('/home/user/made');
      await sandbox.filesystem.writeFile('/home/user/made/a', 'content');
      assert.equal(await sandbox.filesystem.readFile('/home/user/made/a'), 'content');
      assert.deepEqual((await sandbox.filesystem.readdir('/home/user/made')).map((entry) => entry.name), ['a']);
      await sandbox.filesystem.remove('/home/user/made');
      assert.equal(await sandbox.filesystem.exists('/home/user/made'), false);
    },
  },
  {
    name: 'find by id, list',
    async run({ provider, sandbox }) {
      const found = await provider.sandbox.getById(sandbox.sandboxId);
      assert.equal((await found.runCommand('echo x')).stdout, 'x\n');
      assert.ok((await provider.sandbox.list()).some((one) => one.sandboxId === sandbox.sandboxId));
    },
  },
  {
    name: 'ten at once',
    async run({ provider }) {
      await Promise.all(Array.from({ length: 10 }, () => turn(provider)));
    },
  },
  {
    name: 'destroy',
    async run({ sandbox }) {
      await sandbox.destroy();
      await isGone(sandbox.sandboxId);
    },
  },
];

export const end = async ({ sandbox }) => sandbox?.destroy();
