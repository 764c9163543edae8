/** Tests of the HTTP API against a runtime that lives in memory. */
@NullMarked
package dev.sandbar.web;

import org.jspecify.annotations.NullMarked;
