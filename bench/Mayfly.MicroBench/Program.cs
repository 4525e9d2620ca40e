using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Mayfly.MicroBench;

// What the request path's own code costs, in nanoseconds and allocated bytes, piece by piece. In this process: a build of its own for each
// benchmark would take longer than the benchmarks do, and nothing here depends on the process.
// Allocations are exact; times are as good as the machine is quiet.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "mayfly-microbench"))
    .WithOptions(ConfigOptions.JoinSummary);
BenchmarkSwitcher.FromAssembly(typeof(FrameBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
