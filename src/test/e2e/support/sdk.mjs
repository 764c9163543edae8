// The unmodified SDK, the newest version that there is. Others are walked with: see walks/.
import { describe } from 'node:test';
import * as sdk from 'e2b';

/** A suite of the SDK. */
export function suite(title, tests) {
  describe(`${title} (e2b 2.51)`, { timeout: 120_000 }, () => tests(sdk));
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
