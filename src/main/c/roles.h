/* The roles of the program; each gets its own name as argv[0]. */
#ifndef ROLES_H
#define ROLES_H

int serve_main(int argc, char **argv);
int sudo_main(int argc, char **argv);
int launch_main(int argc, char **argv);
int remove_main(int argc, char **argv);
int usage_main(int argc, char **argv);

#endif
