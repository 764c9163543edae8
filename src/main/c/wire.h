/* The numbers of the protocol (src/docs/agent-protocol.md) and its byte order. */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

enum {
    PROTOCOL_VERSION = 1,
    HEAD_BYTES = 8,
    BODY_MAX = 16384,
    OUTPUT_FIXED = 9,
    OUTPUT_PIECE = BODY_MAX - OUTPUT_FIXED,
    ID_MAX = 64,
    PATH_BYTES = 4096,
    MESSAGE_MAX = 1024,
    FLAG_MORE = 1
};

enum type {
    PING = 0x01,
    DEADLINE,
    START,
    ATTACH,
    INPUT,
    CLOSE_INPUT,
    SIGNAL,
    LIST,
    ARGUMENT = 0x10,
    ENVIRONMENT,
    DIRECTORY,
    DATA,
    END,
    TARGET,
    ATTRIBUTE,
    GO = 0x1F,
    ACKNOWLEDGE,
    FORGET,
    STAT = 0x30,
    LIST_DIRECTORY,
    MAKE_DIRECTORY,
    MOVE,
    REMOVE,
    READ,
    WRITE,
    OK = 0x40,
    PONG,
    ERROR,
    STARTED,
    OUTPUT,
    EXIT,
    PROCESS,
    ENTRY,
    HELLO
};

enum code {
    INVALID = 1,
    NOT_FOUND,
    EXISTS,
    NOT_A_DIRECTORY,
    IS_A_DIRECTORY,
    NOT_PERMITTED,
    NO_SPACE,
    EXHAUSTED,
    NOT_IMPLEMENTED,
    INTERNAL,
    LOOP,
    NO_WORKING_DIRECTORY,
    NOT_EXECUTABLE,
    BUSY
};

static inline uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static inline uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static inline uint64_t get64(const uint8_t *at) { return (uint64_t)get32(at) << 32 | get32(at + 4); }

static inline uint8_t *put16(uint8_t *at, uint16_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static inline uint8_t *put32(uint8_t *at, uint32_t value) {
    return put16(put16(at, (uint16_t)(value >> 16)), (uint16_t)value);
}

static inline uint8_t *put64(uint8_t *at, uint64_t value) {
    return put32(put32(at, (uint32_t)(value >> 32)), (uint32_t)value);
}

#endif
