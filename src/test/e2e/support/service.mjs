// The running service: its addresses and keys, from the environment that the SDKs read too.
function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: these tests drive a running service`);
  return value;
}

export const apiUrl = need('E2B_API_URL');
export const sandboxUrl = need('E2B_SANDBOX_URL');
export const apiKey = need('E2B_API_KEY');

/** A key of another owner; tests that need one are skipped without it. */
export const otherKey = process.env.E2B_OTHER_API_KEY;

/** A short unique word, to tell apart what one test made. */
export const unique = () => `t${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

/** Waits until the check gives something true, and gives that; fails after the deadline. */
export async function eventually(what, check, deadlineMs = 10_000) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
