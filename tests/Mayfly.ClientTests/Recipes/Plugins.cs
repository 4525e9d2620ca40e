using Mayfly.Client;
using Mayfly.Client.AI;
using Microsoft.SemanticKernel;

namespace Example;

public static class Plugins
{
    public static void AddMayfly(Kernel kernel, MayflyClient mayfly) =>
        kernel.Plugins.AddFromFunctions("mayfly", [new RunCodeFunction(mayfly).AsKernelFunction()]);
}
