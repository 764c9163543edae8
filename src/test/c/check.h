/* Checks that end the test program with the place and what was expected. */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The test that runs, named when a check fails. */
__attribute__((weak)) const char *current_test = "";

#define RUN(test) (current_test = #test, test())

#define CHECK(condition)                                                                                    \
    do {                                                                                                    \
        if (!(condition)) {                                                                                 \
            fprintf(stderr, "%s:%d: %s, %s: not so: %s (%s)\n", __FILE__, __LINE__, current_test, __func__, #condition, strerror(errno)); \
            exit(1);                                                                                        \
        }                                                                                                   \
    } while (0)

#define EQUAL(actual, expected)                                                                                      \
    do {                                                                                                             \
        long long actual_value = (long long)(actual), expected_value = (long long)(expected);                        \
        if (actual_value != expected_value) {                                                                        \
            fprintf(stderr, "%s:%d: %s, %s: %s is %lld, not %lld\n", __FILE__, __LINE__, current_test, __func__, #actual, actual_value, expected_value); \
            exit(1);                                                                                                 \
        }                                                                                                            \
    } while (0)

#define SAME(actual, expected)                                                                                       \
    do {                                                                                                             \
        const char *actual_text = (actual), *expected_text = (expected);                                             \
        if (strcmp(actual_text, expected_text) != 0) {                                                               \
            fprintf(stderr, "%s:%d: %s, %s: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, current_test, __func__, #actual, actual_text, expected_text); \
            exit(1);                                                                                                 \
        }                                                                                                            \
    } while (0)

#endif
