#include <string.h>

#include "descriptors.h"

void give_descriptor(struct msghdr *message, union descriptor_message *given, int fd)
{
    memset(given, 0, sizeof *given);
    message->msg_control = given->bytes;
    message->msg_controllen = sizeof given->bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
}
