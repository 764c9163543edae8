package dev.sandbar.client;

/** A message of a Connect stream, or what ends it. */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Envelope(boolean last, byte[] json) {}
