/*
 * Stands in for the gateway: hands its descriptor 3 to the test that listens at argv[1], and from then on does what it is told,
 * one byte at a time. The test speaks the control protocol itself, over the very socket that mayfly-cells made.
 *
 *   x<code>   exit with that code         c   close descriptor 3
 *   SIGTERM   exit 0, or with argv[2] "stubborn" nothing
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void obey(int signal)
{
    (void)signal;
    _exit(0);
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int test = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    char hello = 'h', command[2];
    int descriptor = 3;
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec bytes = {.iov_base = &hello, .iov_len = 1};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

    signal(SIGTERM, argc > 2 && strcmp(argv[2], "stubborn") == 0 ? SIG_IGN : obey);
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    if (connect(test, (struct sockaddr *)&address, sizeof address) != 0)
        return 99;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    if (sendmsg(test, &message, 0) != 1)
        return 98;
    for (;;) {
        ssize_t length = recv(test, command, sizeof command, 0);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return 97;
        if (command[0] == 'x')
            return (unsigned char)command[1];
        if (command[0] == 'c')
            close(3);
    }
}
