// Follows a session of Sandbar in a web page, and tells the service when the page is left. Without dependencies.
//
// The page needs no API key. Its own backend, which has one, asks POST /sessions/{id}/ticket for a short-lived ticket and
// hands it on; with it the page may read that session's events and say that it was left, and nothing else.

/**
 * What happened in a session. `seq` counts from 1 without a hole; the further fields depend on the type. A `gap` says that
 * the events `from` to `to` are not remembered any more.
 *
 * @typedef {{type: string, seq: number, time: string, version: number, [field: string]: any}} SessionEvent
 */

/**
 * A ticket: as POST /sessions/{id}/ticket answers, or the text alone, which is then taken to be good for a minute. It is
 * renewed when half of its time is over. Ask for one of five minutes (`{"ttl": 300}`), since browsers wake pages in the
 * background once a minute only.
 *
 * @typedef {string | {ticket: string, expiresAt?: string}} Ticket
 */

/**
 * - `connecting`: not connected now, and tries to be
 * - `open`: events come as they happen
 * - `hidden`: the page was left, and may come back from the browser's cache
 * - `ended`: the session is over, and all of its events were given
 * - `failed`: the service knows no such session
 * - `closed`: by `close()`
 *
 * @typedef {'connecting' | 'open' | 'hidden' | 'ended' | 'failed' | 'closed'} State
 */

/**
 * @typedef {object} Options
 * @property {string} url where the service is, such as https://sandbar.example.org
 * @property {string} sessionID
 * @property {() => Promise<Ticket>} ticket asks the page's own backend for a ticket; called again before one runs out, and
 *     after the service has refused one
 * @property {number} [after] the last event that the page has seen already; 0 for all from the first one on
 * @property {boolean} [teardown] whether leaving the page is a wish to end the session's sandbox; true if not said
 * @property {(event: SessionEvent) => void} [onEvent] called for each event once, in order
 * @property {(state: State) => void} [onState]
 * @property {(error: Error) => void} [onError] what went wrong and is tried again; with the state `failed`, what isn't
 */

/** The events of a session; others of a newer service are given to those who listen for them by their type. */
const TYPES = [
  'session.created', 'session.state', 'session.ended',
  'sandbox.preloading', 'sandbox.ready', 'sandbox.failed', 'sandbox.replacing', 'sandbox.replaced', 'sandbox.torn_down',
  'approval.requested', 'approval.decided', 'budget.changed',
  'tool.start', 'tool.output', 'tool.end', 'gap',
];
const LAST = 'session.ended';
const OVER = ['ended', 'failed', 'closed'];

const TICKET_WAIT = 20_000;
const TICKET_LIFE = 60_000;
const LONGEST_RENEWAL = 5 * 60_000;
const SHORTEST_RENEWAL = 1_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/**
 * Opens a session's events in this page: at once, and again whenever the connection is lost, behind the last event that was
 * given. It is presence: as long as a page has them open, no page that was left ends the sandbox. When this page is left
 * (closed, reloaded, another address), the service is told; when it comes back, the wish is withdrawn.
 *
 * @param {Options} options
 * @returns {Session}
 */
export function openSession(options) {
  return new Session(options);
}

/**
 * An open session. Events are dispatched by their type too, as CustomEvents whose `detail` is the event:
 * `session.addEventListener('tool.output', (event) => show(event.detail))`.
 */
export class Session extends EventTarget {
  /** @type {string} */ sessionID;
  /** @type {State} */ #state = 'connecting';
  #options;
  #address;
  #seen;
  #types = new Set(TYPES);
  /** @type {EventSource | undefined} */ #source;
  /** @type {{text: string, until: number} | undefined} */ #ticket;
  /** @type {Promise<void> | undefined} */ #asking;
  #attempt = 0;
  #pause = FIRST_PAUSE;
  #retry;
  #renewal;
  #onHide = () => this.#left();
  #onShow = (event) => this.#back(event);
  #onVisible = () => this.#awake();

  /** @param {Options} options */
  constructor(options) {
    super();
    if (typeof options?.ticket !== 'function') throw new TypeError('openSession needs ticket: a function that gives one');
    if (!options.url || !options.sessionID) throw new TypeError('openSession needs url and sessionID');
    this.#options = options;
    this.sessionID = options.sessionID;
    this.#address = `${String(options.url).replace(/\/+$/, '')}/sessions/${encodeURIComponent(options.sessionID)}`;
    this.#seen = options.after ?? 0;
    addEventListener('pagehide', this.#onHide);
    addEventListener('pageshow', this.#onShow);
    document.addEventListener('visibilitychange', this.#onVisible);
    this.#connect();
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** The number of the last event that was given: `after` for another time. @returns {number} */
  get lastEventID() {
    return this.#seen;
  }

  /**
   * Ends it for this page; the session goes on. With `teardown` the service is told as if the page had been left.
   *
   * @param {{teardown?: boolean}} [how]
   */
  close({ teardown = false } = {}) {
    if (OVER.includes(this.#state)) return;
    if (teardown) this.#wish();
    this.#over('closed');
  }

  addEventListener(type, listener, how) {
    super.addEventListener(type, listener, how);
    if (this.#types.has(type)) return;
    this.#types.add(type);
    this.#source?.addEventListener(type, (event) => this.#take(event));
  }

  /** Each attempt makes the ones before void. */
  async #connect() {
    const attempt = ++this.#attempt;
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
    this.#become('connecting');
    try {
      if (!this.#isFresh()) await this.#renew();
    } catch (error) {
      if (attempt === this.#attempt) this.#again(error);
      return;
    }
    if (attempt === this.#attempt) this.#listen(attempt);
  }

  #listen(attempt) {
    const source = new EventSource(this.#events());
    this.#source = source;
    for (const type of this.#types) source.addEventListener(type, (event) => this.#take(event));
    source.onopen = () => {
      this.#pause = FIRST_PAUSE;
      this.#become('open');
    };
    // The browser's own reconnection would come with the old ticket.
    source.onerror = () => {
      if (attempt !== this.#attempt) return;
      const refused = source.readyState === EventSource.CLOSED;
      source.close();
      if (refused) this.#ask(attempt);
      else this.#again(new Error('The connection to the events was lost'));
    };
  }

  #events() {
    return `${this.#address}/events?ticket=${encodeURIComponent(this.#ticket.text)}&after=${this.#seen}`;
  }

  #take(message) {
    if (message.target !== this.#source) return;
    const event = JSON.parse(message.data);
    const seq = Number(message.lastEventId);
    if (seq <= this.#seen) return;
    this.#seen = seq;
    this.#tell('onEvent', event);
    this.dispatchEvent(new CustomEvent(message.type, { detail: event }));
    if (message.type === LAST) this.#over('ended');
  }

  /** An EventSource doesn't say why it was refused. */
  async #ask(attempt) {
    const stop = new AbortController();
    const deadline = setTimeout(() => stop.abort(), TICKET_WAIT);
    try {
      const headers = { accept: 'text/event-stream' };
      const answer = await fetch(this.#events(), { headers, cache: 'no-store', signal: stop.signal });
      if (attempt === this.#attempt) this.#refused(answer.status);
    } catch (error) {
      if (attempt === this.#attempt) this.#again(error);
    } finally {
      clearTimeout(deadline);
      stop.abort();
    }
  }

  #refused(status) {
    if (status === 204) return this.#over('ended');
    const error = Object.assign(new Error(`The service has refused the events with ${status}`), { status });
    if (status === 404 || status === 410) {
      this.#over('failed');
      this.#tell('onError', error);
      return;
    }
    if (status === 401 || status === 403) this.#ticket = undefined;
    this.#again(error);
  }

  #again(error) {
    this.#become('connecting');
    this.#tell('onError', error);
    if (OVER.includes(this.#state)) return;
    this.#retry = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #isFresh() {
    return this.#ticket !== undefined && this.#ticket.until > Date.now();
  }

  /** One request at a time, whoever needs it. */
  #renew() {
    this.#asking ??= this.#newTicket().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #newTicket() {
    const given = await within(TICKET_WAIT, Promise.resolve().then(this.#options.ticket));
    const text = typeof given === 'string' ? given : given?.ticket;
    if (!text) throw new TypeError('ticket() gave none');
    const life = Date.parse(given.expiresAt) - Date.now();
    const lasts = life > 0 ? life : TICKET_LIFE;
    this.#ticket = { text, until: Date.now() + lasts };
    this.#renewIn(Math.min(lasts / 2, LONGEST_RENEWAL));
  }

  /** Ahead of time, since there is none for it when the page is left. */
  #renewIn(millis) {
    clearTimeout(this.#renewal);
    if (OVER.includes(this.#state)) return;
    this.#renewal = setTimeout(() => this.#renewNow(), Math.max(millis, SHORTEST_RENEWAL));
  }

  #renewNow() {
    if (this.#state === 'hidden') return;
    this.#renew().catch((error) => {
      this.#tell('onError', error);
      this.#renewIn(FIRST_PAUSE * 10);
    });
  }

  /** The browser slows the timers of pages in the background. */
  #awake() {
    if (this.#ticket && !this.#isFresh() && !OVER.includes(this.#state)) this.#renewNow();
  }

  #left() {
    if (OVER.includes(this.#state)) return;
    this.#attempt++;
    clearTimeout(this.#retry);
    clearTimeout(this.#renewal);
    this.#source?.close();
    this.#source = undefined;
    if (this.#options.teardown !== false) this.#wish();
    this.#become('hidden');
  }

  #back(event) {
    if (!event.persisted || this.#state !== 'hidden') return;
    this.#pause = FIRST_PAUSE;
    this.#connect();
    if (this.#isFresh()) this.#renewNow();
  }

  /** Answers can't be waited for. */
  #wish() {
    if (!this.#ticket) return;
    const ticket = encodeURIComponent(this.#ticket.text);
    const to = `${this.#address}/sandbox/teardown?reason=pagehide&ticket=${ticket}`;
    if (navigator.sendBeacon?.(to)) return;
    fetch(to, { method: 'POST', keepalive: true, mode: 'no-cors' }).catch(() => {});
  }

  #over(state) {
    this.#attempt++;
    clearTimeout(this.#retry);
    clearTimeout(this.#renewal);
    this.#source?.close();
    this.#source = undefined;
    removeEventListener('pagehide', this.#onHide);
    removeEventListener('pageshow', this.#onShow);
    document.removeEventListener('visibilitychange', this.#onVisible);
    this.#become(state);
  }

  #become(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.#tell('onState', state);
  }

  /** What a callback throws is the page's affair, not the stream's. */
  #tell(callback, what) {
    try {
      this.#options[callback]?.(what);
    } catch (error) {
      reportError(error);
    }
  }
}

/** @template T @param {number} millis @param {Promise<T>} promise @returns {Promise<T>} */
function within(millis, promise) {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`No ticket within ${millis} ms`)), millis);
    promise.then(resolve, reject).finally(() => clearTimeout(deadline));
  });
}
