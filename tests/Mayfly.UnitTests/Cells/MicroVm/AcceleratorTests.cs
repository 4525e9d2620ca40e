using System.Runtime.InteropServices;
using Mayfly.Cells;
using Mayfly.Cells.Launching.MicroVm;
using Mayfly.Cli.Doctor;
using Mayfly.Protocol;

namespace Mayfly.UnitTests.Cells.MicroVm;

/// <summary>By what a guest is executed, and what is said about it.</summary>
public sealed class AcceleratorTests
{
    private static readonly string[] s_amd = ["processor\t: 0", "flags\t\t: fpu svm sse2"], s_intel = ["flags\t\t: fpu vmx sse2"], s_none = ["flags\t\t: fpu hypervisor vmmcall", "vmx flags\t: vnmi"];

    public static TheoryData<string?, string[], string?> Machines => new()
    {
        { null, s_amd, null },
        { null, s_intel, null },
        { null, s_none, "neither vmx nor svm" },
        { "it is not there", s_amd, "/dev/kvm: it is not there" },
        { "Access to the path '/dev/kvm' is denied.", s_intel, "denied" },
    };

    [Theory, MemberData(nameof(Machines))]
    public void KVM_is_used_where_it_opens_and_the_processor_virtualises(string? openFailure, string[] processor, string? lack)
    {
        Assert.SkipUnless(RuntimeInformation.OSArchitecture == Architecture.X64, "the flags are x86's");

        var found = KvmSupport.Lack(openFailure, processor);

        if (lack is null) Assert.Null(found);
        else Assert.Contains(lack, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Emulation_can_be_asked_for_and_is_given_more_time()
    {
        var chosen = Accelerator.Choose(Accelerator.Emulation);

        Assert.False(chosen.IsKvm);
        Assert.True(chosen.Patience > 1);
        Assert.Equal(1u, new Accelerator(true, "").Patience);
    }

    [Fact]
    public void Automatic_choice_never_fails_and_says_why()
    {
        var chosen = Accelerator.Choose(Accelerator.Auto);

        Assert.NotEmpty(chosen.Why);
        if (!chosen.IsKvm) Assert.Contains(chosen.Why, Assert.Throws<StartException>(() => Accelerator.Choose(Accelerator.Kvm)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_says_what_is_missing_and_how_slow_it_will_be()
    {
        Assert.Equal((Verdict.Pass, null), Seen(MicroVmCheck.Judge(isWanted: false, null, null)));
        Assert.Equal(Verdict.Caution, MicroVmCheck.Judge(isWanted: true, null, "/dev/kvm: it is not there").Verdict);
        Assert.Contains("emulated", MicroVmCheck.Judge(isWanted: false, null, "no").Detail, StringComparison.Ordinal);
        Assert.Equal((Verdict.Fail, "apt-get install qemu"), Seen(MicroVmCheck.Judge(isWanted: true, ("no QEMU", "apt-get install qemu"), null)));
        Assert.Equal(Verdict.Skipped, MicroVmCheck.Judge(isWanted: false, ("no QEMU", "apt-get install qemu"), null).Verdict);

        static (Verdict, string?) Seen(Finding finding) => (finding.Verdict, finding.Remedy);
    }
}
