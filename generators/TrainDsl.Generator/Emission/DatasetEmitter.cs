using System;
using System.Linq;
using TrainDsl.Generator.Model;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes the typed rows and batches of a dataset.</summary>
internal static class DatasetEmitter
{
    public static EmittedFile Emit(DatasetModel dataset)
    {
        string[] header = [$"The typed rows and batches of dataset {dataset.Type.Title}: {Literals.Count(dataset.Columns.Count, "column")}."];
        string? interfaces = dataset.ImplementsInterface ? "global::TrainDsl.Data.IColumnDataset" : null;
        return new(dataset.Type.FullName, "Dataset", IsFurther: false, ClassFrame.Write(dataset.Type, header, interfaces, source => WriteMembers(source, dataset)));
    }

    private static void WriteMembers(SourceBuilder source, DatasetModel dataset)
    {
        bool needsSeparator = false;
        Section(dataset.ImplementsInterface, () => WriteInterface(source, dataset));
        Section(dataset.ReadDeclaration is not null, () => WriteReadDeclaration(source, dataset));
        Section(!dataset.OmittedMembers.Contains(EmittedNames.Row), () => WriteRow(source, dataset));
        Section(!dataset.OmittedMembers.Contains(EmittedNames.Batch), () => WriteBatch(source, dataset));

        void Section(bool isWritten, Action write)
        {
            if (isWritten)
            {
                if (needsSeparator)
                {
                    source.Line();
                }

                write();
                needsSeparator = true;
            }
        }
    }

    private static void WriteInterface(SourceBuilder source, DatasetModel dataset)
    {
        const string Layout = "global::TrainDsl.Data.ColumnLayout global::TrainDsl.Data.IColumnDataset.Layout";
        const string ReadRow = "void global::TrainDsl.Data.IColumnDataset.ReadRow(long index, in global::TrainDsl.Data.RowMemory row)";
        if (dataset.Obstacle is not null)
        {
            string failure = $"throw new global::System.InvalidOperationException({Literals.Of(dataset.Obstacle)});";
            source.Line(Layout).Indented("=> " + failure).Line();
            source.Line(ReadRow).Indented("=> " + failure);
            return;
        }

        source.Line("private static readonly global::TrainDsl.Data.ColumnLayout s_layout = new(");
        for (int i = 0; i < dataset.Columns.Count; i++)
        {
            ColumnModel column = dataset.Columns[i];
            string shape = string.Concat(column.Shape.Select(static size => ", " + Literals.Of(size)));
            source.Indented(
                $"new global::TrainDsl.Data.Column({Literals.Of(column.Name)}, global::TorchSharp.torch.ScalarType.{column.ElementType.ScalarType}, "
                + $"{SizeOf(column.ElementType)}{shape}){(i == dataset.Columns.Count - 1 ? ");" : ",")}");
        }

        source.Line().Line($"{Layout} => s_layout;").Line();
        source.Line($"{ReadRow} => Read(index, new Row(row));");
    }

    // sizeof is safe code for the built-in types alone.
    private static string SizeOf(ElementType type)
        => type.Keyword.StartsWith("global::", StringComparison.Ordinal) ? Literals.Of(type.Bytes) : $"sizeof({type.Keyword})";

    private static void WriteReadDeclaration(SourceBuilder source, DatasetModel dataset)
    {
        source.Line("/// <summary>Writes a sample into a row of a batch.</summary>");
        if (dataset.Obstacle is null)
        {
            source.Line($"/// <param name=\"{dataset.IndexParameter}\">The sample, from 0 to Count - 1.</param>");
            source.Line($"/// <param name=\"{dataset.RowParameter}\">The row; a column that is not written is zero.</param>");
        }

        source.Line(dataset.ReadDeclaration!);
    }

    private static void WriteRow(SourceBuilder source, DatasetModel dataset)
    {
        source.Line("/// <summary>One sample in the staging memory of a batch.</summary>");
        using (source.Braces("public readonly ref struct Row"))
        {
            source.Line("private readonly global::TrainDsl.Data.RowMemory _memory;").Line();
            source.Line("/// <summary>Gives typed access to a row of staging memory.</summary>");
            source.Line("public Row(in global::TrainDsl.Data.RowMemory memory) => _memory = memory;");
            source.Line().Line("/// <summary>Random numbers of this sample in this epoch: the same in every run of the seed, whatever its plan.</summary>");
            source.Line("public global::TrainDsl.SampleRandom Random => _memory.Random;").Line();
            source.Line("/// <summary>The epoch, from 0; 0 in evaluation.</summary>");
            source.Line("public long Epoch => _memory.Epoch;");
            for (int i = 0; i < dataset.Columns.Count; i++)
            {
                ColumnModel column = dataset.Columns[i];
                string shape = column.IsScalar ? "a scalar" : $"shape [{string.Join(", ", column.Shape.Select(Literals.Of))}] in row-major order";
                source.Line().Line($"/// <summary>Column {column.Name}: {column.ElementType.DType}, {shape}.</summary>");
                source.Line(!column.ElementType.IsKnown ? Unusable(column)
                    : column.IsScalar
                    ? $"public ref {column.ElementType.Keyword} {SymbolNames.Escaped(column.Name)} => ref _memory.Scalar<{column.ElementType.Keyword}>({i});"
                    : $"public global::System.Span<{column.ElementType.Keyword}> {SymbolNames.Escaped(column.Name)} => _memory.Span<{column.ElementType.Keyword}>({i});");
            }
        }
    }

    private static string Unusable(ColumnModel column)
        => $"public {(column.IsScalar ? $"ref {column.ElementType.Keyword}" : $"global::System.Span<{column.ElementType.Keyword}>")} "
            + $"{SymbolNames.Escaped(column.Name)} => throw new global::System.InvalidOperationException();";

    private static void WriteBatch(SourceBuilder source, DatasetModel dataset)
    {
        source.Line("/// <summary>A micro-batch, typed. Its tensors are staging memory: valid until the next micro-batch.</summary>");
        using (source.Braces("public readonly struct Batch"))
        {
            source.Line("private readonly global::TrainDsl.Data.BatchTensors _tensors;").Line();
            source.Line("/// <summary>Gives typed access to the tensors of a micro-batch.</summary>");
            source.Line("public Batch(global::TrainDsl.Data.BatchTensors tensors) => _tensors = tensors;").Line();
            source.Line("/// <summary>The number of samples.</summary>");
            source.Line("public int Count => _tensors.Count;");
            for (int i = 0; i < dataset.Columns.Count; i++)
            {
                ColumnModel column = dataset.Columns[i];
                string shape = string.Concat(column.Shape.Select(static size => ", " + Literals.Of(size)));
                source.Line().Line($"/// <summary>Column {column.Name}: {column.ElementType.DType}, shape [Count{shape}].</summary>");
                source.Line($"public global::TorchSharp.torch.Tensor {SymbolNames.Escaped(column.Name)} => _tensors[{i}];");
            }
        }
    }
}
