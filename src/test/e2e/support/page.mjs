// Pages in a real browser: a Chromium without a window, and the web server of whoever has made the pages.
import http from 'node:http';
import { chromium } from 'playwright-core';
import { apiUrl, eventually } from './service.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** With the cache for back and forward, which browsers of people have. */
export const launch = () =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGS, ignoreDefaultArgs: ['--disable-back-forward-cache'] });

/** What every page does: it follows the session of its address and tells its server all that it hears. */
const page = (service) => `<!doctype html><title>page</title><script type="module">
  import { openSession } from '${apiUrl}/sandbar.js';
  const asked = new URLSearchParams(location.search);
  const [tab, sessionID] = [asked.get('tab'), asked.get('session')];
  const load = Math.random().toString(36).slice(2);
  let count = 0;
  const tell = (what, more) => fetch('/told', {
    method: 'POST', keepalive: true, body: JSON.stringify({ tab, load, n: count++, what, ...more }),
  }).catch(() => {});
  if (asked.has('nobeacon')) navigator.sendBeacon = () => false;
  addEventListener('pageshow', (event) => tell('shown', { persisted: event.persisted }));
  window.session = openSession({
    url: '${service}',
    sessionID,
    after: Number(asked.get('after') ?? 0),
    teardown: !asked.has('keep'),
    ticket: async () => {
      const answer = await fetch('/ticket?session=' + sessionID, { method: 'POST' });
      if (!answer.ok) throw new Error('no ticket: ' + answer.status);
      return answer.json();
    },
    onEvent: (event) => tell('event', { event }),
    onState: (state) => tell('state', { state }),
    onError: (error) => tell('error', { message: error.message, status: error.status }),
  });
  session.addEventListener('something.new', (event) => tell('heard', { event: event.detail }));
</script>`;

/** The pages' own server: `ticket` is what its backend does, with the session's id. */
export async function openSite({ service = apiUrl, ticket }) {
  const told = [];
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url, 'http://site');
    const answer = (status, type = 'text/plain', body = '') => response.writeHead(status, { 'content-type': type }).end(body);
    if (url.pathname === '/page') return answer(200, 'text/html', page(service));
    if (url.pathname === '/other') return answer(200, 'text/html', '<!doctype html><title>other</title>');
    if (url.pathname === '/told') {
      let body = '';
      for await (const chunk of request) body += chunk;
      told.push(JSON.parse(body));
      return answer(204);
    }
    if (url.pathname !== '/ticket') return answer(404);
    try {
      answer(200, 'application/json', JSON.stringify(await ticket(url.searchParams.get('session'))));
    } catch (error) {
      answer(502, 'text/plain', error.message);
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${server.address().port}`;
  const heard = (tab, what) => told.filter((one) => one.tab === tab && one.what === what);
  return {
    told,
    other: `${address}/other`,
    page: (tab, session, more = '') => `${address}/page?tab=${tab}&session=${session}${more}`,
    heard,
    /** The events of a tab in the order of its hearing, over all of its loads. */
    events: (tab) => inOrder(told.filter((one) => one.tab === tab && one.what === 'event')).map((one) => one.event),
    /** Waits until so many of that kind were told that fit. */
    until: (tab, what, fits = () => true, times = 1) =>
      eventually(`${times} × ${what} of tab ${tab} in ${JSON.stringify(told.filter((one) => one.tab === tab))}`,
        () => heard(tab, what).filter(fits).length >= times, 20_000),
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Requests of one page may overtake each other; its loads don't. */
function inOrder(told) {
  const loads = [...new Set(told.map((one) => one.load))];
  return loads.flatMap((load) => told.filter((one) => one.load === load).sort((a, b) => a.n - b.n));
}

/**
 * A service that does what a test says: `events` is called with each request for events (its number, ticket and after, and
 * the answer). Remembers the teardowns.
 */
export async function openScripted(events) {
  const opened = [];
  const teardowns = [];
  const server = http.createServer((request, response) => {
    const url = new URL(request.url, 'http://scripted');
    response.setHeader('access-control-allow-origin', '*');
    const ticket = url.searchParams.get('ticket');
    if (url.pathname === '/sessions/s1/sandbox/teardown') {
      teardowns.push({ method: request.method, ticket, reason: url.searchParams.get('reason') });
      request.resume();
      return response.writeHead(202).end();
    }
    if (url.pathname !== '/sessions/s1/events') return response.writeHead(404).end();
    const asked = { number: opened.length, ticket, after: Number(url.searchParams.get('after')) };
    opened.push(asked);
    events(asked, {
      refuse: (status) => response.writeHead(status).end(),
      open: () => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': ok\n\n'),
      send: (seq, type = 'tool.output') =>
        response.write(`id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify({ type, seq, time: 'now', version: 1 })}\n\n`),
      cut: () => response.destroy(),
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    opened,
    teardowns,
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
