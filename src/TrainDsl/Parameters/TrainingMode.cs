using System.Collections.Generic;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// The modes that the modules of a model train in. Parts that the user has put into eval mode, frozen batch norms say, stay in it; a model that is in eval mode
/// as a whole goes to train mode, for that is how an evaluation leaves it.
/// </summary>
internal static class TrainingMode
{
    /// <summary>Puts a model into the modes it trains in. Calls <c>train()</c> of the model, so that an override of it has its say.</summary>
    /// <param name="model">The model.</param>
    internal static void Enter(nn.Module model)
    {
        List<nn.Module> modules = ModuleParts.AllOf(model);
        bool[] before = [.. modules.ConvertAll(static module => module.training)];
        bool isWhole = !System.Array.Exists(before, static training => training);
        model.train();
        if (isWhole)
        {
            return;
        }

        // What train() itself leaves in eval mode stays there.
        bool[] wanted = new bool[before.Length];
        for (int i = 0; i < before.Length; i++)
        {
            wanted[i] = before[i] && modules[i].training;
        }

        Set(modules, wanted);
    }

    /// <summary>Gives the modules of a model the modes of those of another one of the same structure.</summary>
    /// <param name="source">The model whose modes are taken.</param>
    /// <param name="target">The model that is given them.</param>
    internal static void Copy(nn.Module source, nn.Module target)
    {
        bool[] modes = [.. ModuleParts.AllOf(source).ConvertAll(static module => module.training)];
        List<nn.Module> modules = ModuleParts.AllOf(target);
        if (modules.Count == modes.Length)
        {
            Set(modules, modes);
        }
    }

    // A module sets those inside it too; they come after it, and are set to their own.
    private static void Set(List<nn.Module> modules, bool[] modes)
    {
        for (int i = 0; i < modes.Length; i++)
        {
            if (modules[i].training != modes[i])
            {
                modules[i].train(modes[i]);
            }
        }
    }
}
