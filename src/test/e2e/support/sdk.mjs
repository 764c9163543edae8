// The unmodified SDKs: the current one and one of the older routes. A suite is a function of the SDK.
import { describe } from 'node:test';
import * as current from 'e2b';
import * as older from 'e2b-245';

export const sdks = [
  { name: 'e2b 2.51', ...current },
  { name: 'e2b 2.45', ...older },
];

/** Runs the suite once for each SDK. */
export function eachSdk(title, suite) {
  for (const sdk of sdks) describe(`${title} (${sdk.name})`, { timeout: 120_000 }, () => suite(sdk));
}

/** Sandboxes of one suite: all are killed at its end. */
export function sandboxes(sdk) {
  const made = [];
  return {
    async create(options = {}) {
      const sandbox = await sdk.Sandbox.create({ timeoutMs: 120_000, ...options });
      made.push(sandbox);
      return sandbox;
    },
    async killAll() {
      await Promise.all(made.map((sandbox) => sandbox.kill()));
    },
  };
}

/** The command lines of all processes in the sandbox. */
export async function commandLines(sandbox) {
  const all = await sandbox.commands.run('for f in /proc/[0-9]*/cmdline; do tr "\\0" " " < $f 2>/dev/null; echo; done');
  return all.stdout.split('\n');
}

export async function runs(sandbox, marker) {
  return (await commandLines(sandbox)).some((line) => line.includes(marker));
}
