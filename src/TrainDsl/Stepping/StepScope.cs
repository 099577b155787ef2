using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using TorchSharp;
using TrainDsl.Data;
using static TorchSharp.torch;

namespace TrainDsl.Stepping;

/// <summary>
/// Owns the tensors that a pass through the model creates on this thread, and disposes them when the pass is over: one TorchSharp dispose scope
/// for the whole run, open from <see cref="Begin"/> to <see cref="Clear"/> and emptied without managed allocation. Between passes it takes in nothing: what
/// hooks, monitors and datasets create is theirs.
/// </summary>
public sealed class StepScope : IDisposable
{
    [ThreadStatic]
    private static StepScope? s_current;

    private readonly StepScope? _outer;
    private readonly DisposeScope _scope;
    private readonly DisposeScopeManager _scopes;
    private bool _isOpen;

    /// <summary>Makes the scope of the calling thread, closed; use and dispose it there.</summary>
    public StepScope()
    {
        _outer = s_current;
        s_current = this;
        _scope = NewDisposeScope();
        _scopes = OfThisThread(null);
        _isOpen = true;
        Close();
    }

    /// <summary>The innermost step scope of this thread, or null.</summary>
    internal static StepScope? OnThisThread => s_current;

    /// <summary>The step scope of this thread if no pass is under way in it; otherwise null.</summary>
    internal static StepScope? ClosedOnThisThread => s_current is { _isOpen: false } scope ? scope : null;

    /// <summary>The micro-batch of the pass that is under way; null between passes.</summary>
    internal BatchTensors? Batch { get; private set; }

    /// <summary>A pass begins: what is created on this thread from here on is disposed when it is over.</summary>
    /// <param name="tensors">The micro-batch of the pass.</param>
    /// <returns>The same micro-batch.</returns>
    public BatchTensors Begin(BatchTensors tensors)
    {
        Batch = tensors;
        Open();
        return tensors;
    }

    /// <summary>The pass is over: disposes every tensor created on this thread since it began, except those detached from the scope.</summary>
    public void Clear()
    {
        // Disposing a tensor removes it from the set, which enumeration of a hash set allows. DisposeScope.DisposeEverything makes a new set instead.
        foreach (IDisposable tensor in TensorsOf(_scope))
        {
            tensor.Dispose();
        }

        Close();
        Batch = null;
    }

    /// <summary>Empties and closes the scope for good.</summary>
    public void Dispose()
    {
        s_current = _outer;
        Batch = null;

        // Disposing takes the scope off the thread's stack.
        Open();
        _scope.Dispose();
    }

    /// <summary>Opens the scope for something that is not a pass.</summary>
    internal void Open()
    {
        if (!_isOpen)
        {
            SetOuter(_scope, CurrentDisposeScope);
            SetCurrent(_scopes, _scope);
            _isOpen = true;
        }
    }

    private void Close()
    {
        // A scope that the user opened in the pass and has left open lies above this one, which then stays where it is.
        if (_isOpen && ReferenceEquals(CurrentDisposeScope, _scope))
        {
            SetCurrent(_scopes, OuterOf(_scope));
            _isOpen = false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Disposables")]
    private static extern HashSet<IDisposable> TensorsOf(DisposeScope scope);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "get_ThreadSingleton")]
    private static extern DisposeScopeManager OfThisThread(DisposeScopeManager? type);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_CurrentDisposeScope")]
    private static extern void SetCurrent(DisposeScopeManager manager, DisposeScope? scope);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_OuterScope")]
    private static extern DisposeScope? OuterOf(DisposeScope scope);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_OuterScope")]
    private static extern void SetOuter(DisposeScope scope, DisposeScope? outer);
}
