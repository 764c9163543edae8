/**
 * What all routes share: refusals and their bodies, reading and writing JSON, tables of routes, cutting a connection.
 *
 * <p>Knows the features' exceptions and Spring, none of the routes. Whatever a client sends is answered in one shape,
 * {@code {"code","message"}}; bodies are bounded before they are read; nothing of the inside is shown.
 */
@NullMarked
package dev.sandbar.web.http;

import org.jspecify.annotations.NullMarked;
