/* Descriptors that travel with a message over a Unix socket. */
#ifndef MAYFLY_JAIL_DESCRIPTORS_H
#define MAYFLY_JAIL_DESCRIPTORS_H

#include <sys/socket.h>

union descriptor_message {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
};

/* Attaches `fd` to `message`, which points into `given` from then on. */
void give_descriptor(struct msghdr *message, union descriptor_message *given, int fd);

#endif
