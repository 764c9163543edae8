// Starts the service by the command line given, and asks it for its health and for one sandbox with one command in it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LIMIT = 300_000
const [command, ...args] = process.argv.slice(2)
const data = mkdtempSync(join(tmpdir(), 'sandbar-first-'))
const service = spawn(command, args, {
  detached: true,
  env: { ...process.env, SANDBAR_PORT: '0', SANDBAR_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = new Promise(resolve => service.once('exit', resolve))

function address() {
  return new Promise((resolve, reject) => {
    let said = ''
    service.stdout.on('data', bytes => {
      said += bytes
      const ready = /Sandbar is ready in [0-9.]+ s on (http:\S+)/.exec(said)
      if (ready) resolve(ready[1])
    })
    ended.then(code => reject(new Error(`ended with ${code} before it was ready:\n${said}`)))
  })
}

async function ask(method, url, key, body) {
  const answer = await fetch(url, {
    method,
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(LIMIT),
  })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${url}: ${answer.status} ${text}`)
  return text
}

async function firstSandbox(url) {
  assert.ok((await fetch(`${url}/health`, { signal: AbortSignal.timeout(LIMIT) })).ok)
  const key = readFileSync(join(data, 'api-key'), 'utf8').trim()
  const { sandboxID } = JSON.parse(await ask('POST', `${url}/sandboxes`, key, { templateID: 'base', timeout: 60 }))
  const commands = `${url}/sandboxes/${sandboxID}/commands`
  await ask('POST', commands, key, { commandID: 'first', cmd: 'echo', args: ['it', 'works'] })
  const output = await ask('GET', `${commands}/first/output`, key)
  assert.ok(output.includes(Buffer.from('it works\n').toString('base64')), output)
  assert.match(output, /"exitCode":0,"cause":"exited"/)
  await ask('DELETE', `${url}/sandboxes/${sandboxID}`, key)
}

const timer = setTimeout(() => process.kill(-service.pid, 'SIGKILL'), LIMIT)
try {
  await firstSandbox(await address())
  process.kill(-service.pid, 'SIGTERM')
  await ended
  console.log('It started, answered, and made a sandbox.')
} finally {
  clearTimeout(timer)
  if (service.exitCode === null && service.signalCode === null) process.kill(-service.pid, 'SIGKILL')
  rmSync(data, { recursive: true, force: true })
}
