using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace TrainDsl;

/// <summary>How the tensors of a weights file and those of a model fit, by their names.</summary>
/// <param name="Loaded">Those that the file and the model have alike: loaded, unless the whole was refused.</param>
/// <param name="Missing">Those of the model that the file does not have. A tensor of several names is missing if the file has none of them.</param>
/// <param name="Unexpected">Those of the file that the model does not have.</param>
/// <param name="Mismatched">Those that both have with other shapes, element types or values.</param>
public sealed record WeightsReport(
    IReadOnlyList<string> Loaded, IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<WeightsMismatch> Mismatched)
{
    // A file of another model differs in everything: the first names show it.
    private const int NamesShown = 10;

    /// <summary>Whether the file and the model have the same tensors.</summary>
    public bool IsComplete => Missing.Count == 0 && Unexpected.Count == 0 && Mismatched.Count == 0;

    /// <summary>The report in words, with the first ten names of each kind.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Loaded.Count).Append(Loaded.Count == 1 ? " tensor fits" : " tensors fit");
        List("missing in the file", Missing);
        List("unexpected in the file", Unexpected);
        List("of another kind", [.. Mismatched.Select(static mismatch => mismatch.ToString())]);
        return text.ToString();

        void List(string what, IReadOnlyList<string> names)
        {
            if (names.Count > 0)
            {
                text.Append("; ").Append(names.Count).Append(' ').Append(what).Append(": ").AppendJoin(", ", names.Take(NamesShown));
                text.Append(names.Count > NamesShown ? ", ..." : "");
            }
        }
    }
}
