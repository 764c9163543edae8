/**
 * The Connect protocol over JSON: unary calls and server streams, their envelopes, errors and time-outs.
 *
 * <p>Knows {@code web.http} and the features' exceptions, no service. A frame's length is checked before a byte of it
 * is kept; compressed frames are refused; every stream that is not cut ends with its end envelope.
 */
@NullMarked
package dev.sandbar.web.connect;

import org.jspecify.annotations.NullMarked;
