#include "sudo_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 16384 };

bool sudo_options_read(struct sudo_options *options, int argc, char **argv) {
    static const struct option known[] = {
        {"non-interactive", no_argument, NULL, 'n'}, {"preserve-env", optional_argument, NULL, 'E'}, {"set-home", no_argument, NULL, 'H'},
        {"stdin", no_argument, NULL, 'S'},           {"login", no_argument, NULL, 'i'},              {"shell", no_argument, NULL, 's'},
        {"user", required_argument, NULL, 'u'},      {"group", required_argument, NULL, 'g'},        {NULL, 0, NULL, 0},
    };
    *options = (struct sudo_options){.user = "root"};
    int option;
    while ((option = getopt_long(argc, argv, "+nEHSisu:g:", known, NULL)) != -1) {
        switch (option) {
            case 'E':
                options->keep_environment = true;
                break;
            case 'i':
                options->login = true;
                break;
            case 's':
                options->shell = true;
                break;
            case 'u':
                options->user = optarg;
                break;
            case 'g':
                options->group = optarg;
                break;
            case '?':
                fprintf(stderr, "usage: sudo [-nEHSis] [-u user] [-g group] [NAME=value ...] [--] [command ...]\n");
                return false;
            default:
                break; /* nobody is asked for a password, and HOME is the other user's anyway */
        }
    }
    options->command = argv + optind;
    return true;
}

/* Reads a line's fields, parted by colons, in place; answers how many there are. */
static int fields(char *line, char *field[], int most) {
    int count = 0;
    line[strcspn(line, "\n")] = 0;
    while (line && count < most) {
        field[count++] = strsep(&line, ":");
    }
    return count;
}

static bool number(const char *text, uint32_t *value) {
    char *end;
    unsigned long read = strtoul(text, &end, 10);
    *value = (uint32_t)read;
    return *text >= '0' && *text <= '9' && !*end && read < UINT32_MAX;
}

static bool matches(const char *wanted, const char *name, const char *id) {
    return strcmp(wanted, name) == 0 || (wanted[0] == '#' && strcmp(wanted + 1, id) == 0);
}

static void fill(struct account *account, char *const field[7]) {
    snprintf(account->name, sizeof account->name, "%s", field[0]);
    snprintf(account->home, sizeof account->home, "%s", field[5]);
    snprintf(account->shell, sizeof account->shell, "%s", *field[6] ? field[6] : "/bin/sh");
}

bool account_find(struct account *account, const char *user) {
    char line[LINE_MAX_BYTES], *field[7];
    FILE *file = fopen("/etc/passwd", "re");
    bool found = false;
    while (file && !found && fgets(line, sizeof line, file)) {
        if (fields(line, field, 7) == 7 && matches(user, field[0], field[2])) {
            found = number(field[2], &account->uid) && number(field[3], &account->gid);
            fill(account, field);
        }
    }
    if (file) {
        fclose(file);
    }
    if (!found && user[0] == '#' && number(user + 1, &account->uid)) {
        char *unnamed[7] = {(char *)user, NULL, NULL, NULL, NULL, "/", ""};
        account->gid = account->uid;
        fill(account, unnamed);
        found = true;
    }
    if (!found && strcmp(user, "root") == 0) {
        char *root[7] = {(char *)user, NULL, NULL, NULL, NULL, "/root", ""};
        account->uid = account->gid = 0;
        fill(account, root);
        found = true;
    }
    return found;
}

bool account_find_group(uint32_t *gid, const char *group) {
    char line[LINE_MAX_BYTES], *field[3];
    FILE *file = fopen("/etc/group", "re");
    bool found = group[0] == '#' && number(group + 1, gid);
    while (file && !found && fgets(line, sizeof line, file)) {
        found = fields(line, field, 3) == 3 && matches(group, field[0], field[2]) && number(field[2], gid);
    }
    if (file) {
        fclose(file);
    }
    return found;
}
