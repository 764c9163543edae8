// A short walk with each client beside the one that the suites of sdk/ are for; "make compat" walks the whole way with more.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { e2b, others } from '../walks/clients.mjs';
import { step } from '../walks/walk.mjs';

const packages = path.resolve(import.meta.dirname, '../node_modules');
const older = ['2.7.0', '2.14.1', '2.45.0'].map((version) => e2b(version, `e2b-${version}`));

for (const client of [...older, ...others]) {
  describe(client.name, { timeout: 120_000 }, () => {
    let state;
    before(async () => {
      state = await client.state(packages);
    });
    after(() => client.walk.end(state));

    for (const operation of client.walk.operations.filter((one) => one.short)) {
      test(operation.name, async () => {
        const { outcome, error } = await step(operation, state);
        assert.equal(outcome, operation.expect ?? 'ok', error?.stack);
      });
    }
  });
}
