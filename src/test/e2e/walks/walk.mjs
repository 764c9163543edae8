// A walk: what one client does, operation after operation, and what came of each.

/** What a client says when the service refuses something by name: that is an answer, not a failure. */
const refusal = /not offered|unimplemented|can't be honoured|^501\b/i;

/**
 * An operation of a walk.
 * @typedef {object} Operation
 * @property {string} name what is done
 * @property {boolean} [short] whether it belongs to the short walk too
 * @property {'refused'} [expect] that it is refused by name, since the service hasn't got it yet
 * @property {(state: object) => unknown} [there] whether this version of the client has it
 * @property {(state: object) => Promise<void>} run rejects when the client doesn't see what it should
 */

/** Does one operation and tells its outcome: ok, refused (by name), absent (the client hasn't got it) or fails. */
export async function step(operation, state) {
  try {
    if (operation.there && !operation.there(state)) return { name: operation.name, outcome: 'absent' };
    await operation.run(state);
    return { name: operation.name, outcome: 'ok' };
  } catch (error) {
    const refused = refusal.test(`${error.message} ${error.cause?.message ?? ''}`);
    return { name: operation.name, outcome: refused ? 'refused' : 'fails', error };
  }
}

/** Whether an outcome is the right one. */
export const isRight = (operation, outcome) => outcome === 'absent' || outcome === (operation.expect ?? 'ok');
