using System.Runtime.InteropServices;

namespace Mayfly.Images;

/// <summary>Renames that happen at once or not at all.</summary>
internal static partial class AtomicRename
{
    private const int CurrentDirectory = -100; // AT_FDCWD: both paths are absolute
    private const uint NoReplace = 1;          // RENAME_NOREPLACE
    private const uint ExchangeBoth = 2;       // RENAME_EXCHANGE

    /// <summary>Gives <paramref name="from"/> the name <paramref name="to"/>, which nothing may have.</summary>
    public static void Move(string from, string to) => Rename(from, to, NoReplace);

    /// <summary>Two folders take each other's names: at no moment does one of the names not exist.</summary>
    public static void Exchange(string one, string other) => Rename(one, other, ExchangeBoth);

    private static void Rename(string from, string to, uint flags)
    {
        if (RenameAt2(CurrentDirectory, from, CurrentDirectory, to, flags) != 0)
        {
            throw new ImageBuildException($"cannot rename {from} to {to}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);
}
