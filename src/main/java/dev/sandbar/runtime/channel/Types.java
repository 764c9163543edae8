package dev.sandbar.runtime.channel;

/** Numbers of the protocol. */
final class Types {

    static final int VERSION = 1;
    static final int HEAD = 8;
    static final int BODY_MAX = 16_384;
    static final int MORE = 1;

    static final int PING = 0x01;
    static final int DEADLINE = 0x02;
    static final int START = 0x03;
    static final int ATTACH = 0x04;
    static final int INPUT = 0x05;
    static final int CLOSE_INPUT = 0x06;
    static final int SIGNAL = 0x07;
    static final int LIST = 0x08;
    static final int ARGUMENT = 0x10;
    static final int ENVIRONMENT = 0x11;
    static final int DIRECTORY = 0x12;
    static final int DATA = 0x13;
    static final int END = 0x14;
    static final int TARGET = 0x15;
    static final int ATTRIBUTE = 0x16;
    static final int GO = 0x1F;
    static final int ACKNOWLEDGE = 0x20;
    static final int FORGET = 0x21;
    static final int STAT = 0x30;
    static final int LIST_DIRECTORY = 0x31;
    static final int MAKE_DIRECTORY = 0x32;
    static final int MOVE = 0x33;
    static final int REMOVE = 0x34;
    static final int READ = 0x35;
    static final int WRITE = 0x36;

    static final int OK = 0x40;
    static final int PONG = 0x41;
    static final int ERROR = 0x42;
    static final int STARTED = 0x43;
    static final int OUTPUT = 0x44;
    static final int EXIT = 0x45;
    static final int PROCESS = 0x46;
    static final int ENTRY = 0x47;
    static final int HELLO = 0x48;

    private Types() {}
}
