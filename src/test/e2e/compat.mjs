// Walks the whole way with many versions of clients against a service of its own, and prints what came of each operation.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const project = path.resolve(import.meta.dirname, '../../..');
const directory = path.join(project, 'target/compat');
const first = '2.7.0';
const atOnce = 2;
const columns = 14;
const key = `e2b_${'c0'.repeat(20)}`;

/** The first version that works, those before and after a change of what is sent, and the last one of each minor. */
function versions() {
  const all = JSON.parse(execFileSync('npm', ['view', 'e2b', 'versions', '--json'], { encoding: 'utf8' }));
  const number = (version) => version.split('.').map(Number);
  const inOrder = (a, b) => number(a)[0] - number(b)[0] || number(a)[1] - number(b)[1] || number(a)[2] - number(b)[2];
  const working = all.filter((version) => /^\d+\.\d+\.\d+$/.test(version) && inOrder(version, first) >= 0).sort(inOrder);
  const last = new Map(working.map((version) => [version.split('.').slice(0, 2).join('.'), version]));
  return working.filter((version) => [first, '2.14.0', ...last.values()].includes(version));
}

function install(wanted) {
  const dependencies = { '@computesdk/e2b': '1.7.52', '@e2b/cli': '2.19.0' };
  for (const version of wanted) dependencies[`e2b-${version}`] = `npm:e2b@${version}`;
  fs.mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'package.json');
  const content = JSON.stringify({ private: true, dependencies });
  if (fs.existsSync(path.join(directory, 'node_modules')) && fs.readFileSync(file, 'utf8') === content) return;
  fs.writeFileSync(file, content);
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: directory, stdio: 'inherit' });
}

/** Starts the service on a free port; resolves with its address and what ends it. */
function serve() {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'sandbar-compat-'));
  const settings = { SANDBAR_PORT: '0', SANDBAR_DATA: data, SANDBAR_API_KEY: key, SANDBAR_ONSTOP: 'end' };
  const service = spawn(path.join(project, 'src/main/sh/run.sh'), { env: { ...process.env, ...settings } });
  const ended = new Promise((resolve) => service.on('exit', resolve));
  process.on('exit', () => service.kill('SIGTERM'));
  const end = async () => {
    service.kill('SIGTERM');
    await ended;
    fs.rmSync(data, { recursive: true, force: true });
  };
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (text) => {
      said += text;
      const ready = /ready in .* on (http:\S+)/.exec(said);
      if (ready) resolve({ address: ready[1], end });
    };
    service.stdout.on('data', hear);
    service.stderr.on('data', hear);
    ended.then((code) => reject(new Error(`the service ended with ${code}:\n${said}`)));
  });
}

async function walk(client, { step }) {
  const state = await client.state(path.join(directory, 'node_modules'));
  const steps = [];
  for (const operation of client.walk.operations) steps.push(await step(operation, state));
  await client.walk.end(state);
  console.error(`${client.name} is through`);
  return { client, steps };
}

/** One table for each walk: its operations, and for each client what came of it. */
function table(walks, { isRight }) {
  const marks = { ok: 'ok', refused: '501', absent: '-', fails: 'FAILS' };
  const { operations } = walks[0].client.walk;
  const wide = Math.max(...operations.map((operation) => operation.name.length));
  for (let from = 0; from < walks.length; from += columns) {
    const some = walks.slice(from, from + columns);
    const heads = some.map(({ client }) => client.name.split(' ').pop());
    console.log(`\n${some[0].client.name.split(' ')[0].padEnd(wide)}  ${heads.map((head) => head.padEnd(7)).join('')}`);
    operations.forEach((operation, i) => {
      const cells = some.map(({ steps }) => marks[steps[i].outcome] + (isRight(operation, steps[i].outcome) ? '' : '!'));
      console.log(`${operation.name.padEnd(wide)}  ${cells.map((cell) => cell.padEnd(7)).join('')}`);
    });
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const asked = process.argv.slice(2);
const wanted = asked.length > 0 ? asked : versions();
install(wanted);
const service = await serve();
Object.assign(process.env, { E2B_API_URL: service.address, E2B_SANDBOX_URL: service.address, E2B_API_KEY: key });

// Only now: these read the environment when they are loaded.
const { e2b, others } = await import('./walks/clients.mjs');
const rules = await import('./walks/walk.mjs');
const clients = [...wanted.map((version) => e2b(version, `e2b-${version}`)), ...others];
const waiting = [...clients];
const done = new Map();
const lane = async () => {
  for (let client; (client = waiting.shift()); ) done.set(client, await walk(client, rules));
};
await Promise.all(Array.from({ length: atOnce }, lane));
const { walkMcp } = await import('./walks/mcp.mjs');
const wrongByMcp = await walkMcp(console.log);
await service.end();

const results = clients.map((client) => done.get(client));
console.log('ok: as it should be; 501: refused by name, not offered yet; -: this version has no such thing; !: not what it should be');
for (const kind of new Set(clients.map((client) => client.walk))) table(results.filter(({ client }) => client.walk === kind), rules);
const wrong = results.flatMap(({ client, steps }) =>
  steps.flatMap((one, i) => (rules.isRight(client.walk.operations[i], one.outcome) ? [] : [`${client.name}: ${one.name}: ${one.error ?? 'came through'}`])),
);
for (const line of wrong) console.log(`\n${line}`);
console.log(`\n${clients.length} clients, ${results.flatMap(({ steps }) => steps).length} operations, ${wrong.length} not as they should be, and ${wrongByMcp} by MCP`);
process.exit(wrong.length + wrongByMcp > 0 ? 1 : 0);
