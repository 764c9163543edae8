import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/service.mjs';
import { bash, createSandbox, envelopes, killSandbox, open, start, unary } from '../support/wire.mjs';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Writes 16 KiB at a time for ever and keeps count of it. */
const endless = (counter) => bash(`n=0; line=$(printf '%016383d' 0); while echo $line; do n=$((n+1)); echo $n > ${counter}; done`);

describe('streams', { timeout: 120_000 }, () => {
  let sandbox;
  before(async () => {
    sandbox = await createSandbox();
  });
  after(() => killSandbox(sandbox));
  const count = async (counter) => Number((await start(sandbox, bash(`cat ${counter}`))).stdout.toString()) || 0;
  const begin = async (process) => {
    const answer = await open(sandbox, 'process.Process/Start', { process, stdin: false });
    const events = envelopes(answer);
    const { message } = (await events.next()).value;
    return { answer, events, pid: message.event.start.pid };
  };
  const kill = (pid) => unary(sandbox, 'process.Process/SendSignal', { process: { pid }, signal: 'SIGNAL_SIGKILL' });

  test('a reader that does not read holds the process up, and nobody else', async () => {
    const { answer, events, pid } = await begin(endless('/tmp/count'));
    answer.pause();
    let last = -1;
    const stood = await eventually('the process stands still', async () => {
      const now = await count('/tmp/count');
      const still = now > 0 && now === last;
      last = now;
      await wait(700);
      return still && now;
    }, 25_000);
    assert.ok(stood * 16_384 < 64 << 20, `${stood * 16_384} bytes lie in buffers`);
    const began = Date.now();
    assert.equal((await start(sandbox, bash('echo awake'))).stdout.toString(), 'awake\n');
    assert.ok(Date.now() - began < 2_000);
    assert.equal(await count('/tmp/count'), stood);

    let taken = 0;
    const target = (stood + 500) * 16_384;
    for await (const { message } of events) {
      taken += Buffer.from(message.event?.data?.stdout ?? '', 'base64').length;
      if (taken >= target) break;
    }
    assert.ok((await count('/tmp/count')) > stood);
    answer.destroy();
    assert.equal((await kill(pid)).status, 200);
  });

  test('nothing of a long output is lost on a slow reader', async () => {
    const { answer, events } = await begin(bash('seq 1 2000000'));
    let text = '';
    let pauses = 5;
    for await (const { last, message } of events) {
      text += Buffer.from(message.event?.data?.stdout ?? '', 'base64').toString();
      if (pauses-- > 0) {
        answer.pause();
        await wait(100);
        answer.resume();
      }
      if (last) assert.deepEqual(message, {});
    }
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, 2_000_000);
    assert.ok(lines.every((line, i) => line === `${i + 1}`));
  });

  test('a client that goes away leaves the command running', async () => {
    const { answer } = await begin(bash('echo up; sleep 1; echo survived > /tmp/after'));
    answer.destroy();
    await eventually('the command ends its work', async () => (await start(sandbox, bash('cat /tmp/after 2>/dev/null'))).stdout.toString() === 'survived\n');
  });

  test('a client that goes away amid much output leaves the command running', async () => {
    const { answer, pid } = await begin(endless('/tmp/gone'));
    await wait(200);
    answer.destroy();
    const before = await count('/tmp/gone');
    await eventually('it writes on', async () => (await count('/tmp/gone')) > before + 100);
    assert.equal((await kill(pid)).status, 200);
    await eventually('it is gone', async () => {
      const listed = await unary(sandbox, 'process.Process/List', {});
      return !(listed.json.processes ?? []).some((process) => process.pid === pid);
    });
  });

  test('keep-alives come when nothing else does', async () => {
    const answer = await open(sandbox, 'process.Process/Start', { process: bash('sleep 2.5') }, { 'keepalive-ping-interval': '1' });
    let beats = 0;
    for await (const { message } of envelopes(answer)) if (message.event?.keepalive) beats++;
    assert.ok(beats >= 1 && beats <= 4, `${beats} beats`);
  });
});
