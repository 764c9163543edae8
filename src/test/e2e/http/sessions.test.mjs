import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { apiKey, apiUrl, eventually, otherKey, unique } from '../support/service.mjs';
import { assertError, control, read } from '../support/wire.mjs';

const made = new Set();

async function open(body = {}) {
  const answer = await control('POST', '/sessions', body);
  assert.ok([200, 201].includes(answer.status), answer.text);
  made.add(answer.json.sessionID);
  return answer.json;
}

const get = async (id) => (await control('GET', `/sessions/${id}`)).json;
const call = (id, tool, args, headers) => control('POST', `/sessions/${id}/tools/${tool}`, args, headers);

async function bash(id, command) {
  const answer = await call(id, 'bash', { command });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** The events of a stream until one of this type has come. */
async function eventsUntil(url, last, init = {}) {
  const stop = new AbortController();
  const answer = await fetch(url, { ...init, signal: AbortSignal.any([stop.signal, AbortSignal.timeout(30_000)]) });
  assert.equal(answer.status, 200);
  const found = [];
  let text = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop();
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame);
      if (data) found.push(JSON.parse(data[1]));
    }
    if (found.some((event) => event.type === last)) break;
  }
  stop.abort();
  return found;
}

describe('sessions over HTTP', { timeout: 180_000 }, () => {
  after(() => Promise.all([...made].map((id) => control('DELETE', `/sessions/${id}`))));

  test('a tool call that comes at once waits for the sandbox that is being made', async () => {
    const { sessionID: id, sandbox } = await open({ title: 'early', envVars: { COLOUR: 'blue' } });
    assert.equal(sandbox.state, 'preloading');
    assert.equal((await bash(id, 'echo $COLOUR; id -un')).output.trim(), 'blue\nuser');
    const now = await get(id);
    assert.deepEqual([now.sandbox.state, now.sandbox.sandboxID], ['ready', sandbox.sandboxID]);
    assert.equal((await control('DELETE', `/sessions/${id}`)).status, 204);
    assertError(await control('GET', `/sandboxes/${sandbox.sandboxID}`), 404);
    assertError(await call(id, 'bash', { command: 'true' }), 410);
  });

  test('fifty at once with one key have one session', async () => {
    const key = unique();
    const answers = await Promise.all(Array.from({ length: 50 }, () => control('POST', '/sessions', { key })));
    const ids = new Set(answers.map((answer) => answer.json.sessionID));
    assert.equal(ids.size, 1);
    made.add([...ids][0]);
    assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
    assert.equal((await control('GET', `/sessions?key=${key}`)).json.length, 1);
  });

  test("another owner's session is missing", { skip: !otherKey }, async () => {
    const { sessionID: id } = await open();
    const other = { 'x-api-key': otherKey };
    assertError(await control('GET', `/sessions/${id}`, undefined, other), 404);
    assertError(await call(id, 'bash', { command: 'true' }, other), 404);
    assertError(await control('DELETE', `/sessions/${id}`, undefined, other), 404);
    assert.ok((await control('GET', '/sessions', undefined, other)).json.every((one) => one.sessionID !== id));
  });

  test('what is wrong is refused by name', async () => {
    const { sessionID: id } = await open();
    assertError(await control('POST', '/sessions', { metadata: { a: 1 } }), 400);
    assertError(await control('POST', '/sessions', '{"title"'), 400);
    assertError(await control('POST', '/sessions', { timeout: -1 }), 400);
    assertError(await call(id, 'bash', {}), 400);
    assertError(await call(id, 'none', {}), 404);
    const unknown = await control('POST', `/sessions/${id}/sandbox`, { hardware: 'h100' });
    assertError(unknown, 422);
    assert.deepEqual(unknown.json.offered, ['cpu-basic', 'cpu-upgrade']);
  });

  test('a change names its version', async () => {
    const { sessionID: id } = await open({ title: 'one' });
    const tag = (await control('GET', `/sessions/${id}`)).headers.get('etag');
    const first = await control('PATCH', `/sessions/${id}`, { title: 'two' }, { 'if-match': tag });
    assert.equal(first.status, 200, first.text);
    assertError(await control('PATCH', `/sessions/${id}`, { title: 'three' }, { 'if-match': tag }), 412);
    assert.equal((await get(id)).title, 'two');
  });

  test('bigger hardware is approved by a person, and carries the files over', async () => {
    const { sessionID: id } = await open();
    await bash(id, 'echo kept > ~/file');
    const before = (await get(id)).sandbox.sandboxID;
    const asked = await control('POST', `/sessions/${id}/sandbox`, { hardware: 'cpu-upgrade' });
    assert.equal(asked.status, 202, asked.text);
    assert.equal(asked.json.approval.estimatedCostUsd, 0.05);
    assert.equal((await get(id)).state, 'awaiting_approval');
    const path = `/sessions/${id}/approvals/${asked.json.approval.approvalID}`;
    const decided = await control('POST', path, { decision: 'approve', note: 'go on' });
    assert.equal(decided.status, 200, decided.text);
    assert.equal(decided.json.state, 'approved');
    const now = await get(id);
    assert.deepEqual([now.state, now.sandbox.hardware], ['active', 'cpu-upgrade']);
    assert.notEqual(now.sandbox.sandboxID, before);
    assert.equal(decided.json.outcome.sandboxID, now.sandbox.sandboxID);
    assert.match((await bash(id, 'cat ~/file')).output, /replaced[^]*kept/);
    assertError(await control('POST', path, { decision: 'reject' }), 409);
  });

  test('a budget approves what fits into it', async () => {
    const { sessionID: id } = await open();
    const policy = { enabled: true, costCapUsd: 0.07 };
    assert.equal((await control('PATCH', `/sessions/${id}/auto-approval`, policy)).json.remainingUsd, 0.07);
    const first = await control('POST', `/sessions/${id}/sandbox`, { hardware: 'cpu-upgrade' });
    assert.equal(first.status, 201, first.text);
    assert.equal(first.json.sandbox.hardware, 'cpu-upgrade');
    const { autoApproval } = await get(id);
    assert.ok(Math.abs(autoApproval.remainingUsd - 0.02) < 0.001, JSON.stringify(autoApproval));
    assert.equal((await control('POST', `/sessions/${id}/sandbox`, {})).status, 201);
  });

  test('after a teardown the next tool has a new sandbox and says so', async () => {
    const { sessionID: id } = await open();
    await bash(id, 'touch ~/gone');
    const answer = await fetch(`${apiUrl}/sessions/${id}/sandbox/teardown`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'text/plain' },
      body: 'anything',
    });
    assert.equal(answer.status, 202);
    await eventually('torn down', async () => (await get(id)).sandbox.state === 'torn_down');
    const { output } = await bash(id, 'ls ~/gone 2>&1 || echo anew');
    assert.match(output, /was made anew[^]*anew/);
    assert.doesNotMatch((await bash(id, 'echo again')).output, /was made anew/);
  });

  test('an interrupt ends the running tool only', async () => {
    const { sessionID: id } = await open();
    await bash(id, 'true');
    const running = call(id, 'bash', { command: 'echo begun; sleep 300' });
    await eventsUntil(`${apiUrl}/sessions/${id}/events?after=0`, 'tool.output', { headers: { 'x-api-key': apiKey } });
    assert.equal((await control('POST', `/sessions/${id}/interrupt`)).status, 202);
    const { json } = await running;
    assert.equal(json.success, false);
    assert.equal((await bash(id, 'echo later')).output.trim(), 'later');
    assert.equal((await bash(id, 'pgrep -c sleep || true')).output.trim(), '0');
  });

  test('a tool streams what it says, and a key has it run once', async () => {
    const { sessionID: id } = await open();
    const stream = (key) =>
      eventsUntil(`${apiUrl}/sessions/${id}/tools/bash`, 'tool.end', {
        method: 'POST',
        headers: {
          'x-api-key': apiKey,
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(key ? { 'idempotency-key': key } : {}),
        },
        body: JSON.stringify({ command: 'echo one >> ~/log; cat ~/log; exit 3' }),
      });
    const key = unique();
    for (const with_ of [undefined, key, key]) {
      const events = await stream(with_);
      const end = events.at(-1);
      assert.deepEqual([end.success, end.exitCode], [false, 3]);
      assert.deepEqual(events.map((event) => event.seq), events.map((_, index) => index + 1));
    }
    assert.equal((await bash(id, 'cat ~/log')).output.trim(), 'one\none');
  });

  test('a ticket opens the events to a page, which can replay them, and nothing else', async () => {
    const { sessionID: id } = await open();
    await bash(id, 'true');
    const issued = await control('POST', `/sessions/${id}/ticket`, { ttl: 30 });
    assert.equal(issued.status, 200, issued.text);
    const with_ = `ticket=${issued.json.ticket}`;
    const all = await eventsUntil(`${apiUrl}/sessions/${id}/events?${with_}`, 'tool.end');
    assert.deepEqual(all.map((event) => event.seq), all.map((_, index) => index + 1));
    assert.deepEqual(
      ['session.created', 'sandbox.preloading', 'sandbox.ready', 'tool.start', 'tool.end'].filter(
        (type) => !all.some((event) => event.type === type),
      ),
      [],
    );
    const rest = await eventsUntil(`${apiUrl}/sessions/${id}/events?${with_}`, 'tool.end', {
      headers: { 'last-event-id': '2' },
    });
    assert.deepEqual(rest, all.slice(2));
    assertError(await read(await fetch(`${apiUrl}/sessions/${id}?${with_}`)), 401);
    assertError(await read(await fetch(`${apiUrl}/sessions/${id}/events`)), 401);
    const beacon = await fetch(`${apiUrl}/sessions/${id}/sandbox/teardown?reason=pagehide&${with_}`, {
      method: 'POST',
      headers: { origin: 'https://page.example' },
      body: 'bye',
    });
    assert.deepEqual([beacon.status, beacon.headers.get('access-control-allow-origin')], [202, '*']);
    assert.equal((await get(id)).sandbox.state, 'ready');
  });
});
