import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { suite, sandboxes } from '../support/sdk.mjs';
import { unique } from '../support/service.mjs';

suite('the list of sandboxes', (sdk) => {
  const all = sandboxes(sdk);
  const label = unique();
  const odd = { 'k ey': 'b c', 'a&b': 'x=y&z', ünï: '日本 %25 + /?#', quote: `"'\\\n` };
  const made = [];
  let middle;

  before(async () => {
    for (let i = 0; i < 12; i++) {
      if (i === 6) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        middle = new Date();
      }
      made.push((await all.create({ metadata: { label, number: `${i}`, ...(i === 3 ? odd : {}) } })).sandboxId);
    }
  });
  after(() => all.killAll());

  const pages = async (options) => {
    const found = [];
    const paginator = sdk.Sandbox.list(options);
    while (paginator.hasNext) found.push((await paginator.nextItems()).map((info) => info.sandboxId));
    return found;
  };
  const ids = async (query, more = {}) => (await pages({ query: { metadata: { label }, ...query }, ...more })).flat();

  test('holds the newest first, or the oldest when asked', async () => {
    assert.deepEqual(await ids({}), [...made].reverse());
    assert.deepEqual(await ids({}, { order: 'desc' }), [...made].reverse());
    assert.deepEqual(await ids({}, { order: 'asc' }), made);
  });

  test('comes in pages', async () => {
    const found = await pages({ query: { metadata: { label } }, limit: 5, order: 'asc' });
    assert.deepEqual(found.map((page) => page.length), [5, 5, 2]);
    assert.deepEqual(found.flat(), made);
    const exact = await pages({ query: { metadata: { label } }, limit: 6 });
    assert.deepEqual(exact.flat(), [...made].reverse());
    assert.ok(exact.length <= 3);
  });

  test('goes on from a token when sandboxes have come and gone', async () => {
    const first = sdk.Sandbox.list({ query: { metadata: { label } }, limit: 4, order: 'asc' });
    const page = (await first.nextItems()).map((info) => info.sandboxId);
    assert.deepEqual(page, made.slice(0, 4));
    const late = await all.create({ metadata: { label: unique() } });
    await late.kill();
    const second = sdk.Sandbox.list({ query: { metadata: { label } }, limit: 100, order: 'asc', nextToken: first.nextToken });
    assert.deepEqual((await second.nextItems()).map((info) => info.sandboxId), made.slice(4));
    assert.equal(second.hasNext, false);
  });

  test('filters by all of the metadata, whatever its characters', async () => {
    assert.deepEqual(await ids({ metadata: { label, number: '7' } }), [made[7]]);
    assert.deepEqual(await ids({ metadata: { label, ...odd } }), [made[3]]);
    for (const [key, value] of Object.entries(odd)) assert.deepEqual(await ids({ metadata: { label, [key]: value } }), [made[3]], key);
    assert.deepEqual(await ids({ metadata: { label, number: '77' } }), []);
  });

  test('filters by state, template and start', async () => {
    assert.equal((await ids({ state: ['running'] })).length, 12);
    assert.equal((await ids({ state: ['running', 'paused'] })).length, 12);
    assert.deepEqual(await ids({ state: ['paused'] }), []);
    assert.equal((await ids({ template: 'base' })).length, 12);
    assert.deepEqual(await ids({ template: 'other' }), []);
    assert.deepEqual(await ids({ startedAfter: middle }, { order: 'asc' }), made.slice(6));
  });

  test('shows what it lists, and no longer what was killed', async () => {
    const [info] = await sdk.Sandbox.list({ query: { metadata: { label, number: '3' } } }).nextItems();
    assert.deepEqual(info.metadata, { label, number: '3', ...odd });
    assert.equal(info.state, 'running');
    assert.equal(info.name, 'base');
    await sdk.Sandbox.kill(made[11]);
    assert.deepEqual(await ids({ metadata: { label, number: '11' } }), []);
  });
});
