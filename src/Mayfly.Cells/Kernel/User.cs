using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Kernel;

/// <summary>The user whom the gateway runs as.</summary>
internal sealed record User(string Name, uint Uid, uint Gid)
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>Looks one up where the system keeps its users.</summary>
    /// <exception cref="StartException">There is none, or it is root.</exception>
    public static unsafe User Find(string name)
    {
        LibC.PasswordEntry entry;
        LibC.PasswordEntry* found;
        var buffer = stackalloc byte[BufferBytes];
        var error = LibC.GetUser(name, &entry, buffer, BufferBytes, &found);
        if (error != 0)
        {
            throw new KernelException($"getpwnam_r of {name}", error);
        }

        if (found == null)
        {
            throw new StartException($"user \"{name}\": there is none. Make it: useradd --system --no-create-home --shell /usr/sbin/nologin {name}");
        }

        if (found->Uid == 0 || found->Gid == 0)
        {
            throw new StartException($"user \"{name}\": uid {found->Uid}, gid {found->Gid}. The gateway faces the network and must not be root; name another user.");
        }

        return new User(name, found->Uid, found->Gid);
    }
}
