using System;
using System.Numerics;

namespace TrainDsl.Devices;

/// <summary>
/// Sums buffers element by element in the order in which they are given. Additions of different elements are independent, so that vector width and
/// block size do not change a bit of the result.
/// </summary>
internal static unsafe class RankOrderSum
{
    /// <summary>Writes <c>sources[0][i] + sources[1][i] + ...</c>, added from left to right, to every destination.</summary>
    /// <param name="sources">Addresses of the buffers to add, in rank order.</param>
    /// <param name="sourceCount">How many, 1 or more.</param>
    /// <param name="destinations">Addresses of the buffers to write; each is equal to a source or disjoint from all.</param>
    /// <param name="destinationCount">How many, 1 or more.</param>
    /// <param name="count">Elements in each buffer.</param>
    /// <param name="type">The element type.</param>
    public static void Add(nint* sources, int sourceCount, nint* destinations, int destinationCount, long count, ElementType type)
    {
        if (sourceCount == 1 && destinationCount == 1 && sources[0] == destinations[0])
        {
            // A group of one.
            return;
        }

        switch (type)
        {
            case ElementType.Float32:
                Add<float>(sources, sourceCount, destinations, destinationCount, count);
                break;
            case ElementType.Float64:
                Add<double>(sources, sourceCount, destinations, destinationCount, count);
                break;
            case ElementType.Int64:
                Add<long>(sources, sourceCount, destinations, destinationCount, count);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "No sum for this element type.");
        }
    }

    private static void Add<T>(nint* sources, int sourceCount, nint* destinations, int destinationCount, long count)
        where T : unmanaged, IAdditionOperators<T, T, T>
    {
        int width = Vector<T>.Count;
        long i = 0;

        // Four sums at a time stay in registers, so that each source is read once and each destination written once.
        for (; i <= count - (4 * width); i += 4 * width)
        {
            T* source = (T*)sources[0] + i;
            Vector<T> sum0 = Vector.Load(source);
            Vector<T> sum1 = Vector.Load(source + width);
            Vector<T> sum2 = Vector.Load(source + (2 * width));
            Vector<T> sum3 = Vector.Load(source + (3 * width));
            for (int s = 1; s < sourceCount; s++)
            {
                source = (T*)sources[s] + i;
                sum0 += Vector.Load(source);
                sum1 += Vector.Load(source + width);
                sum2 += Vector.Load(source + (2 * width));
                sum3 += Vector.Load(source + (3 * width));
            }

            for (int d = 0; d < destinationCount; d++)
            {
                T* destination = (T*)destinations[d] + i;
                Vector.Store(sum0, destination);
                Vector.Store(sum1, destination + width);
                Vector.Store(sum2, destination + (2 * width));
                Vector.Store(sum3, destination + (3 * width));
            }
        }

        for (; i < count; i++)
        {
            T sum = ((T*)sources[0])[i];
            for (int s = 1; s < sourceCount; s++)
            {
                sum += ((T*)sources[s])[i];
            }

            for (int d = 0; d < destinationCount; d++)
            {
                ((T*)destinations[d])[i] = sum;
            }
        }
    }
}
