using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using TorchSharp;
using TrainDsl.Native;

namespace TrainDsl.Tests.LoaderProbe;

/// <summary>
/// Loads TorchSharp's natives in one of two ways and prints what came of it: <c>sum</c> uses TorchSharp directly, <c>ensure</c> asks the
/// loader first. Prints <c>sum=...</c> and, on Linux, the file that was loaded as <c>library=...</c>; exits with 1 after an exception.
/// </summary>
internal static class Program
{
    // What the generator emits into the assemblies of users.
    [ModuleInitializer]
    internal static void RegisterLoader() => NativeLibraries.Register();

    private static int Main(string[] arguments)
    {
        try
        {
            if (arguments is ["ensure"])
            {
                NativeLibraries.EnsureLoaded();
            }

            Console.WriteLine($"sum={Sum()}");
            if (OperatingSystem.IsLinux())
            {
                string mapping = File.ReadLines("/proc/self/maps").First(line => line.Contains("libLibTorchSharp.so", StringComparison.Ordinal));
                Console.WriteLine($"library={mapping[mapping.IndexOf('/', StringComparison.Ordinal)..]}");
            }

            return 0;
        }
        catch (Exception exception)
        {
            Console.WriteLine(exception);
            return 1;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sum()
    {
        using torch.Tensor ones = torch.ones(2, 2);
        using torch.Tensor sum = ones.sum();
        return sum.item<float>();
    }
}
