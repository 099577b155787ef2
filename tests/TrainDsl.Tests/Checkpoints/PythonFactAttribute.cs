using System;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>A test that compares with PyTorch, skipped where there is no Python with it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TorchPythonFactAttribute : FactAttribute
{
    /// <summary>Looks for Python.</summary>
    public TorchPythonFactAttribute()
    {
        if (Python.TorchInterpreter is null)
        {
            Skip = "There is no python3 with PyTorch here.";
        }
    }
}

/// <summary>A test that compares with Python, skipped where there is none with numpy.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    /// <summary>Looks for Python.</summary>
    public PythonFactAttribute()
    {
        if (Python.Interpreter is null)
        {
            Skip = "There is no python3 with numpy here.";
        }
    }
}
