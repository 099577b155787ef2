using System.Runtime.InteropServices;
using TrainDsl.Benchmarks.Models;
using TrainDsl.Native;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>The models' forward passes and loss as TorchSharp's native entry points, on raw handles.</summary>
internal static unsafe partial class RawForward
{
    private const string Library = "LibTorchSharp";
    private const long Mean = 1;
    private const long IgnoreNothing = -100;

    public static FloorLoop.Forward Of(Mlp model)
    {
        (nint, nint) first = (model.First.weight.Handle, model.First.bias!.Handle);
        (nint, nint) second = (model.Second.weight.Handle, model.Second.bias!.Handle);
        (nint, nint) third = (model.Third.weight.Handle, model.Third.bias!.Handle);
        return (input, label) =>
        {
            nint hidden = Relu(Linear(input, first));
            nint deeper = Relu(Free(hidden, Linear(hidden, second)));
            return Loss(Free(deeper, Linear(deeper, third)), label);
        };
    }

    public static FloorLoop.Forward Of(TinyMlp model)
    {
        (nint, nint) first = (model.First.weight.Handle, model.First.bias!.Handle);
        (nint, nint) second = (model.Second.weight.Handle, model.Second.bias!.Handle);
        return (input, label) =>
        {
            nint hidden = Relu(Linear(input, first));
            return Loss(Free(hidden, Linear(hidden, second)), label);
        };
    }

    public static FloorLoop.Forward Of(SmallCnn model)
    {
        (nint, nint) first = (model.First.weight.Handle, model.First.bias!.Handle);
        (nint, nint) second = (model.Second.weight.Handle, model.Second.bias!.Handle);
        (nint, nint) third = (model.Third.weight.Handle, model.Third.bias!.Handle);
        return (input, label) =>
        {
            nint pooled = Pool(Relu(Convolve(input, first)));
            nint deeper = Pool(Relu(Free(pooled, Convolve(pooled, second))));
            nint flat = Free(deeper, THSTensor_flatten(deeper, 1, -1));
            return Loss(Free(flat, Linear(flat, third)), label);
        };
    }

    private static nint Free(nint used, nint result)
    {
        TensorMemory.Delete(used);
        return result;
    }

    private static nint Linear(nint input, (nint Weight, nint Bias) layer) => THSNN_functional_linear(input, layer.Weight, layer.Bias);

    private static nint Relu(nint input) => Free(input, THSTensor_relu(input));

    private static nint Loss(nint scores, nint label) => Free(scores, THSNN_cross_entropy(scores, label, 0, IgnoreNothing, 1, Mean, 0.0));

    private static nint Convolve(nint input, (nint Weight, nint Bias) layer)
    {
        long* ones = stackalloc long[] { 1, 1 };
        return THSTensor_conv2d(input, layer.Weight, layer.Bias, (nint)ones, 2, (nint)ones, 2, (nint)ones, 2, 1);
    }

    private static nint Pool(nint input)
    {
        long* two = stackalloc long[] { 2, 2 };
        long* zero = stackalloc long[] { 0, 0 };
        long* one = stackalloc long[] { 1, 1 };
        return Free(input, THSTensor_max_pool2d(input, (nint)two, 2, (nint)two, 2, (nint)zero, 2, (nint)one, 2, 0));
    }

    [LibraryImport(Library)]
    private static partial nint THSNN_functional_linear(nint input, nint weight, nint bias);

    [LibraryImport(Library)]
    private static partial nint THSTensor_relu(nint input);

    [LibraryImport(Library)]
    private static partial nint THSTensor_flatten(nint input, long start, long end);

    [LibraryImport(Library)]
    private static partial nint THSNN_cross_entropy(
        nint input, nint target, nint weight, long ignoredIndex, byte hasIgnoredIndex, long reduction, double smoothing);

    [LibraryImport(Library)]
    private static partial nint THSTensor_conv2d(
        nint input, nint weight, nint bias, nint strides, int strideCount, nint padding, int paddingCount, nint dilation, int dilationCount, long groups);

    [LibraryImport(Library)]
    private static partial nint THSTensor_max_pool2d(
        nint input, nint kernel, int kernelCount, nint strides, int strideCount, nint padding, int paddingCount, nint dilation, int dilationCount, byte ceiling);
}
