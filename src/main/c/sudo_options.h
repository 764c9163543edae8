/* The command line of the sudo shim. */
#ifndef SUDO_OPTIONS_H
#define SUDO_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct sudo_options {
    const char *user, *group;
    bool keep_environment, login, shell;
    char **command; /* what follows the options; its first entries may be NAME=value */
};

struct account {
    uint32_t uid, gid;
    char name[256], home[4096], shell[4096];
};

/* False after a message. */
bool sudo_options_read(struct sudo_options *options, int argc, char **argv);
/* Finds a user by name or #number, a group by name or #number. */
bool account_find(struct account *account, const char *user);
bool account_find_group(uint32_t *gid, const char *group);

#endif
