// A page that follows a session of the running service, in a browser, with the session's real sandbox.
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, unique } from '../support/service.mjs';
import { launch, openSite } from '../support/page.mjs';
import { control } from '../support/wire.mjs';

/** How long the service waits before it fulfils the wish of a page that was left. */
const GRACE = Number(process.env.PAGE_HIDE_WAIT ?? 30_000);

describe('a page that follows a session', { timeout: 170_000 }, () => {
  let browser;
  let context;
  let site;
  let id;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    site = await openSite({
      ticket: async (session) => {
        const answer = await control('POST', `/sessions/${session}/ticket`, {});
        assert.equal(answer.status, 200, answer.text);
        return answer.json;
      },
    });
    context = await browser.newContext();
    const made = await control('POST', '/sessions', { title: unique() });
    assert.equal(made.status, 201, made.text);
    id = made.json.sessionID;
  });
  afterEach(async () => {
    await context.close();
    await site.close();
    await control('DELETE', `/sessions/${id}`);
  });

  async function open(tab) {
    const page = await context.newPage();
    await page.goto(site.page(tab, id));
    await site.until(tab, 'event', (one) => one.event.type === 'sandbox.ready');
    return page;
  }

  const sandbox = async () => (await control('GET', `/sessions/${id}`)).json.sandbox;
  const isTornDown = async () => (await sandbox()).state === 'torn_down';

  /** Waits well beyond the time after which a wish is fulfilled. */
  async function staysReady(sandboxID) {
    await pause(GRACE + 1500);
    const now = await sandbox();
    assert.equal(now.state, 'ready');
    assert.equal(now.sandboxID, sandboxID);
  }

  const run = (command) => control('POST', `/sessions/${id}/tools/bash`, { command, description: 'test' });

  test('sees its events from the first to the last, in order', async () => {
    await open('a');
    const ran = await run('echo from the sandbox');
    assert.equal(ran.status, 200, ran.text);
    await site.until('a', 'event', (one) => one.event.type === 'tool.end');
    assert.equal((await control('DELETE', `/sessions/${id}`)).status, 204);
    await site.until('a', 'state', (one) => one.state === 'ended');
    const events = await eventually('all events', () => site.events('a').at(-1)?.type === 'session.ended' && site.events('a'));
    assert.deepEqual(events.map((event) => event.seq), events.map((event, index) => index + 1));
    const types = events.map((event) => event.type);
    for (const type of ['session.created', 'sandbox.ready', 'tool.start', 'tool.end']) assert.ok(types.includes(type), String(types));
    assert.ok(events.every((event) => event.version === 1 && event.time));
  });

  test('a reload keeps the sandbox', async () => {
    const page = await open('a');
    const { sandboxID } = await sandbox();
    for (let times = 1; times <= 3; times++) {
      await page.reload();
      await site.until('a', 'state', (one) => one.state === 'open', times + 1);
    }
    await staysReady(sandboxID);
  });

  test('back and forward keep the sandbox, and no event is lost', async () => {
    const page = await open('a');
    const { sandboxID } = await sandbox();
    await page.goto(site.other);
    const ran = await run('echo while nobody looks');
    assert.equal(ran.status, 200, ran.text);
    await page.evaluate(() => void setTimeout(() => history.back(), 0));
    await site.until('a', 'shown', (one) => one.persisted);
    await site.until('a', 'event', (one) => one.event.type === 'tool.end');
    await staysReady(sandboxID);
    const numbers = site.events('a').map((event) => event.seq);
    assert.deepEqual(numbers, numbers.map((number, index) => index + 1));
  });

  test('of two pages one may be closed; with the last one the sandbox goes, and the session stays', async () => {
    const first = await open('a');
    const second = await open('b');
    const { sandboxID } = await sandbox();
    await first.close({ runBeforeUnload: true });
    await staysReady(sandboxID);
    const left = Date.now();
    await second.close({ runBeforeUnload: true });
    await eventually('the sandbox is torn down', isTornDown, GRACE + 10_000);
    assert.ok(Date.now() - left >= GRACE, 'not before the grace time is over');
    await eventually('the sandbox is gone', async () => (await control('GET', `/sandboxes/${sandboxID}`)).status === 404);
    const again = await run('echo again');
    assert.equal(again.status, 200, again.text);
    assert.notEqual((await sandbox()).sandboxID, sandboxID);
  });

  test('a page that comes back after its sandbox has gone sees what happened', async () => {
    const page = await open('a');
    await page.goto(site.other);
    await eventually('the sandbox is torn down', isTornDown, GRACE + 10_000);
    await page.evaluate(() => void setTimeout(() => history.back(), 0));
    await site.until('a', 'event', (one) => one.event.type === 'sandbox.torn_down');
  });

  test('a running tool is not interrupted by leaving; the sandbox goes when it has ended', async () => {
    const page = await open('a');
    const seconds = Math.ceil(GRACE / 1000) + 3;
    const running = run(`sleep ${seconds}; echo all of it`);
    await site.until('a', 'event', (one) => one.event.type === 'tool.start');
    await page.close({ runBeforeUnload: true });
    const ran = await running;
    assert.equal(ran.status, 200, ran.text);
    assert.equal(ran.json.success, true, ran.text);
    assert.match(ran.json.output, /all of it/);
    await eventually('the sandbox is torn down', isTornDown);
  });

  test('a ticket opens nothing else', async () => {
    const { ticket } = (await control('POST', `/sessions/${id}/ticket`, {})).json;
    for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/interrupt'], ['POST', '/tools/bash'], ['POST', '/ticket']]) {
      const answer = await control(method, `/sessions/${id}${path}?ticket=${encodeURIComponent(ticket)}`, undefined, { 'x-api-key': '' });
      assert.equal(answer.status, 401, `${method} ${path}: ${answer.text}`);
    }
  });
});
