// The page's module against a service that misbehaves on purpose: what the real one does only now and then.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { apiUrl, eventually } from '../support/service.mjs';
import { launch, openScripted, openSite } from '../support/page.mjs';

describe('the module in a page', { timeout: 120_000 }, () => {
  let browser;
  let context;
  let site;
  let service;
  let tickets;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  afterEach(async () => {
    await context.close();
    await site.close();
    await service.close();
  });

  /** A page over a scripted service; tickets are t1, t2 and so on, and good for so long. */
  async function visit(events, { life = 60_000, more = '', fail = () => false } = {}) {
    tickets = 0;
    service = await openScripted(events);
    site = await openSite({
      service: service.url,
      ticket: () => {
        tickets++;
        if (fail(tickets)) throw new Error('the backend is down');
        return { ticket: `t${tickets}`, expiresAt: new Date(Date.now() + life).toISOString() };
      },
    });
    context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.page('a', 's1', more));
    return page;
  }

  const numbers = () => site.events('a').map((event) => event.seq);
  const inState = (state) => site.until('a', 'state', (one) => one.state === state);

  test('nothing is lost or doubled where a stream breaks', async () => {
    await visit(({ number, after }, stream) => {
      stream.open();
      const from = number === 1 ? 1 : after + 1; // once it repeats what it has sent
      for (let seq = from; seq <= Math.min(3 * (number + 1), 9); seq++) stream.send(seq);
      if (number < 2) setTimeout(stream.cut, 100);
      else stream.send(10, 'session.ended');
    });
    await inState('ended');
    await site.until('a', 'event', undefined, 10);
    assert.deepEqual(numbers(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(service.opened.map((one) => one.after), [0, 3, 6]);
  });

  test('the page goes on where it says that it was', async () => {
    await visit(({ after }, stream) => {
      stream.open();
      stream.send(after + 1, 'session.ended');
    }, { more: '&after=41' });
    await inState('ended');
    assert.deepEqual(numbers(), [42]);
  });

  test('a ticket that is refused is replaced by a new one', async () => {
    await visit(({ ticket }, stream) => {
      if (ticket === 't1') return stream.refuse(401);
      stream.open();
    });
    await inState('open');
    await site.until('a', 'error', (one) => one.status === 401);
    assert.deepEqual(service.opened.map((one) => one.ticket), ['t1', 't1', 't2']);
  });

  test('a backend that gives no ticket is asked again', async () => {
    await visit((asked, stream) => stream.open(), { fail: (time) => time < 3 });
    await inState('open');
    assert.equal(site.heard('a', 'error').length, 2);
    assert.equal(service.opened.length, 1);
  });

  test('the end of a session ends the following', async () => {
    await visit(({ number }, stream) => {
      if (number > 0) return stream.refuse(204);
      stream.open();
      stream.cut();
    });
    await inState('ended');
    assert.equal(service.opened.length, 3, 'cut, refused, asked why');
  });

  test('a session that the service does not know is given up', async () => {
    const page = await visit((asked, stream) => stream.refuse(404));
    await inState('failed');
    await site.until('a', 'error', (one) => one.status === 404);
    assert.equal(service.opened.length, 2);
    await page.close({ runBeforeUnload: true });
    assert.deepEqual(service.teardowns, []);
  });

  test('a service that is overloaded is asked again, ever later', async () => {
    const at = [];
    await visit(({ number }, stream) => {
      at.push(Date.now());
      if (number < 6) return stream.refuse(503);
      stream.open();
    });
    await inState('open');
    assert.equal(tickets, 1);
    assert.ok(at[6] - at[5] > at[2] - at[1], String(at));
  });

  test('the ticket of the beacon was renewed ahead', async () => {
    const page = await visit((asked, stream) => stream.open(), { life: 3000 });
    await inState('open');
    await eventually('the third ticket', () => tickets >= 3);
    await page.goto(site.other);
    await eventually('the beacon', () => service.teardowns.length > 0);
    assert.equal(service.teardowns.length, 1);
    const { ticket, ...rest } = service.teardowns[0];
    assert.ok(Number(ticket.slice(1)) >= 2, ticket);
    assert.deepEqual(rest, { method: 'POST', reason: 'pagehide' });
    assert.equal(service.opened.length, 1, 'a renewal leaves the stream alone');
  });

  for (const way of ['goto', 'close']) {
    test(`without beacons a request that outlives the page tells of it (${way})`, async () => {
      const page = await visit((asked, stream) => stream.open(), { more: '&nobeacon' });
      await inState('open');
      if (way === 'goto') await page.goto(site.other);
      else await page.close({ runBeforeUnload: true });
      await eventually('the wish', () => service.teardowns.length > 0);
      assert.deepEqual(service.teardowns, [{ method: 'POST', ticket: 't1', reason: 'pagehide' }]);
    });
  }

  test('back and forward bring the page from the cache, and its events with it', async () => {
    const page = await visit(({ number }, stream) => {
      stream.open();
      stream.send(number + 1);
    });
    await site.until('a', 'event');
    await page.goto(site.other);
    await eventually('the wish', () => service.teardowns.length === 1);
    await page.evaluate(() => void setTimeout(() => history.back(), 0));
    await site.until('a', 'shown', (one) => one.persisted);
    await site.until('a', 'event', undefined, 2);
    assert.deepEqual(numbers(), [1, 2]);
    assert.deepEqual(service.opened.map((one) => one.after), [0, 1]);
    assert.equal(new Set(site.told.map((one) => one.load)).size, 1, 'the same page, not a new load');
  });

  test('events of a newer service reach those who listen for them', async () => {
    await visit((asked, stream) => {
      stream.open();
      stream.send(1, 'something.new');
      stream.send(2);
    });
    await site.until('a', 'heard', (one) => one.event.seq === 1);
    await site.until('a', 'event', (one) => one.event.seq === 2);
  });

  test('what a callback throws does not end the stream', async () => {
    const page = await visit(({ number }, stream) => {
      stream.open();
      for (let seq = 1; seq <= 2 + number; seq++) stream.send(seq);
    });
    await site.until('a', 'event', undefined, 2);
    const heard = await page.evaluate(async ({ module, url }) => {
      const { openSession } = await import(module);
      const seen = [];
      await new Promise((done) => openSession({
        url,
        sessionID: 's1',
        ticket: async () => 'text',
        onEvent: (event) => {
          seen.push(event.seq);
          if (seen.length === 3) done();
          throw new Error('on purpose');
        },
      }));
      return seen;
    }, { module: `${apiUrl}/sandbar.js`, url: service.url });
    assert.deepEqual(heard, [1, 2, 3]);
    assert.equal(service.opened.at(-1).ticket, 'text');
  });

  test('who closes has left: no events, no wish', async () => {
    const page = await visit((asked, stream) => stream.open());
    await inState('open');
    await page.evaluate(() => session.close());
    await inState('closed');
    await page.goto(site.other);
    await page.goto(site.page('b', 's1', '&keep'));
    await site.until('b', 'state', (one) => one.state === 'open');
    await page.goto(site.other);
    assert.deepEqual(service.teardowns, []);
    await page.goto(site.page('c', 's1'));
    await site.until('c', 'state', (one) => one.state === 'open');
    await page.evaluate(() => session.close({ teardown: true }));
    await eventually('the wish', () => service.teardowns.length === 1);
  });
});
