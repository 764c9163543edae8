/* Pipes whose command has ended while descendants still hold them: read and dropped, so that those don't fail. */
#ifndef DRAIN_H
#define DRAIN_H

void drain_adopt(int fd);

#endif
