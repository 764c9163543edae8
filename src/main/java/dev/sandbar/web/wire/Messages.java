package dev.sandbar.web.wire;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/** What the messages of an answer are. {@code 100 Continue} comes whole, and is none. */
final class Messages {

    private Messages() {}

    static boolean begins(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
    }

    static boolean ends(Object message) {
        return message instanceof LastHttpContent && (!(message instanceof HttpResponse) || begins(message));
    }
}
