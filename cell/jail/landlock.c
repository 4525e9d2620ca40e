/* Landlock: the file rules of the mounts once more, by a mechanism that shares no code with them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail.h"

/* From linux/landlock.h of Linux 6.18; the headers of the distributions we build on are older. */
#define CREATE_RULESET_VERSION (1u << 0)
#define RULE_PATH_BENEATH 1
#define RESTRICT_LOG_SAME_EXEC_OFF (1u << 0)
#define RESTRICT_LOG_SUBDOMAINS_OFF (1u << 2)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ull << 0)
#define SCOPE_SIGNAL (1ull << 1)

#define FS_EXECUTE (1ull << 0)
#define FS_WRITE_FILE (1ull << 1)
#define FS_READ_FILE (1ull << 2)
#define FS_READ_DIR (1ull << 3)
#define FS_REMOVE_DIR (1ull << 4)
#define FS_REMOVE_FILE (1ull << 5)
#define FS_MAKE_CHAR (1ull << 6)
#define FS_MAKE_DIR (1ull << 7)
#define FS_MAKE_REG (1ull << 8)
#define FS_MAKE_SOCK (1ull << 9)
#define FS_MAKE_FIFO (1ull << 10)
#define FS_MAKE_BLOCK (1ull << 11)
#define FS_MAKE_SYM (1ull << 12)
#define FS_REFER (1ull << 13)    /* ABI 2 */
#define FS_TRUNCATE (1ull << 14) /* ABI 3 */
#define FS_IOCTL_DEV (1ull << 15) /* ABI 5 */

struct ruleset {
    uint64_t handled_fs;
    uint64_t handled_net; /* ABI 4; 0: the network namespace has nothing but its own loopback */
    uint64_t scoped;      /* ABI 6 */
};

struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

#define READ (FS_EXECUTE | FS_READ_FILE | FS_READ_DIR)
#define DEVICE (FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV)
#define WRITE                                                                                                  \
    (READ | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SOCK |        \
     FS_MAKE_FIFO | FS_MAKE_SYM | FS_REFER | FS_TRUNCATE)

/* No rule gives MAKE_CHAR or MAKE_BLOCK. */
static const struct {
    const char *path;
    uint64_t allowed;
} rules[] = {
    {"/", READ},
    {"/dev", DEVICE},
    {"/dev/shm", WRITE & ~FS_EXECUTE},
    {"/sandbox", WRITE},
    {"/tmp", WRITE},
};

/* ABI 1 denies every rename between directories, which ordinary programs do: it counts as none. */
int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    if (abi < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -1;
    return abi < 2 ? 0 : (int)abi;
}

static uint64_t handled_by(uint32_t abi)
{
    uint64_t handled = FS_REFER | (FS_REFER - 1);
    if (abi >= 3)
        handled |= FS_TRUNCATE;
    if (abi >= 5)
        handled |= FS_IOCTL_DEV;
    return handled;
}

void restrict_files(const struct jail *jail)
{
    uint32_t abi = jail->landlock_abi;
    if (abi == 0)
        return;

    struct ruleset attributes = {.handled_fs = handled_by(abi)};
    if (abi >= 6)
        attributes.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
    /* An older kernel knows a shorter struct, and accepts a longer one whose rest is zero. */
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0)
        jail_fail(jail, STEP_LANDLOCK, errno);

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct path_beneath rule = {.allowed = rules[i].allowed & attributes.handled_fs};
        rule.parent = open(rules[i].path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (rule.parent < 0 || syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
            jail_fail(jail, STEP_LANDLOCK, errno);
        close(rule.parent);
    }

    /* From ABI 7 on denials are written to the host's audit log, which a program must not be able to fill. */
    uint32_t quiet = abi >= 7 ? RESTRICT_LOG_SAME_EXEC_OFF | RESTRICT_LOG_SUBDOMAINS_OFF : 0;
    if (syscall(SYS_landlock_restrict_self, ruleset, quiet) != 0)
        jail_fail(jail, STEP_LANDLOCK, errno);
    close(ruleset);
}
