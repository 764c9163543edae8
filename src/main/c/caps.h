/* Gives up what the agent and its commands shall not have. */
#ifndef CAPS_H
#define CAPS_H

#include <stdbool.h>

/* Leaves eight capabilities in the bounding, permitted and effective sets and none in the others; false with errno. */
bool caps_confine(void);

#endif
