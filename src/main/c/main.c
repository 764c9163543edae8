/* sandbar-agent: one program with several roles. */
#include <stdio.h>
#include <string.h>

#include "roles.h"

int main(int argc, char **argv) {
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (argc > 0 && strcmp(slash ? slash + 1 : argv[0], "sudo") == 0) {
        return sudo_main(argc, argv);
    }
    const char *role = argc > 1 ? argv[1] : "";
    if (strcmp(role, "serve") == 0) {
        return serve_main(argc - 1, argv + 1);
    }
    if (strcmp(role, "sudo") == 0) {
        return sudo_main(argc - 1, argv + 1);
    }
    if (strcmp(role, "launch") == 0) {
        return launch_main(argc - 1, argv + 1);
    }
    if (strcmp(role, "remove") == 0) {
        return remove_main(argc - 1, argv + 1);
    }
    if (strcmp(role, "usage") == 0) {
        return usage_main(argc - 1, argv + 1);
    }
    fprintf(stderr, "usage: sandbar-agent serve|launch|remove|usage|sudo ...\n");
    return 2;
}
