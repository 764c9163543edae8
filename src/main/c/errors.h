/* The protocol's code for an error number of the system. */
#ifndef ERRORS_H
#define ERRORS_H

#include "wire.h"

enum code error_code(int number);

#endif
