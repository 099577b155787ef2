using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Stepping;

/// <summary>
/// Owns the tensors that a pass through the model creates on this thread, and disposes them when the pass is over: one TorchSharp dispose scope
/// for the whole run, emptied without managed allocation.
/// </summary>
public sealed class StepScope : IDisposable
{
    [ThreadStatic]
    private static StepScope? s_current;

    private readonly StepScope? _outer;
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <summary>Opens the scope on the calling thread; use and dispose it there.</summary>
    public StepScope()
    {
        _outer = s_current;
        s_current = this;
    }

    /// <summary>The scope that what is created on this thread goes to, where it is a step scope and holds nothing; otherwise null.</summary>
    internal static StepScope? EmptyOnThisThread =>
        s_current is { } scope && TensorsOf(scope._scope).Count == 0 && ReferenceEquals(CurrentDisposeScope, scope._scope) ? scope : null;

    /// <summary>Disposes every tensor created on this thread since the last call, but those detached from the scope.</summary>
    public void Clear()
    {
        // Disposing a tensor removes it from the set, which enumeration of a hash set allows. DisposeScope.DisposeEverything makes a new set instead.
        foreach (IDisposable tensor in TensorsOf(_scope))
        {
            tensor.Dispose();
        }
    }

    /// <summary>Empties and closes the scope.</summary>
    public void Dispose()
    {
        s_current = _outer;
        _scope.Dispose();
    }

    /// <summary>Lets go of every tensor in the scope: whoever holds them owns them.</summary>
    internal void Detach()
    {
        foreach (IDisposable tensor in TensorsOf(_scope))
        {
            _scope.Detach(tensor);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Disposables")]
    private static extern HashSet<IDisposable> TensorsOf(DisposeScope scope);
}
