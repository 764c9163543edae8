/** The ES module for web pages that follow a session. Knows {@code web.http} and no part of the service. */
@NullMarked
package dev.sandbar.web.page;

import org.jspecify.annotations.NullMarked;
