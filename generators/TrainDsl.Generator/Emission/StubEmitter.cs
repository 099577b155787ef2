using System;
using System.Linq;
using TrainDsl.Generator.Model;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Emission;

/// <summary>
/// Writes the members of a training definition that has an error: code that uses the definition still compiles, so that the error stands alone.
/// </summary>
internal static class StubEmitter
{
    private const string Summary = "/// <summary>Throws: the declaration has an error.</summary>";

    // Accept whatever is passed: the declaration says already what is wrong.
    private static readonly TypeReference AnyDataset = new("object", "object", "public");
    private static readonly TypeReference AnyModel = new("global::TorchSharp.torch.nn.Module", "Module", "public");

    public static string Write(TrainingModel training)
    {
        string[] header = [$"Members of {training.Type.Title} that stand in until its declaration has no error."];
        string? interfaces = training.OmittedMembers.Contains(EmittedNames.Dispose) ? null : "global::System.IDisposable";
        return ClassFrame.Write(training.Type, header, interfaces, source => WriteMembers(source, training));
    }

    private static void WriteMembers(SourceBuilder source, TrainingModel training)
    {
        TypeReference dataset = training.Dataset ?? AnyDataset;
        TypeReference model = training.Model ?? AnyModel;
        string failure = $"throw new global::System.InvalidOperationException({Literals.Of(training.Obstacle ?? "")});";
        string chain = training.BaseCall is null ? "" : $" : {training.BaseCall}";
        if (!training.OmittedMembers.Contains(TrainingParser.Constructors))
        {
            Member(TrainingParser.Constructors + "1", () =>
            {
                source.Line(Summary);
                source.Line($"{dataset.Access} {training.Type.Name}({dataset.QualifiedName} dataset){chain}").Indented("=> " + failure);
            });
            Member(TrainingParser.Constructors + "2", () =>
            {
                source.Line(Summary);
                string access = TrainingEmitter.Narrower(dataset.Access, model.Access);
                source.Line($"{access} {training.Type.Name}({dataset.QualifiedName} dataset, {model.QualifiedName} model){chain}").Indented("=> " + failure);
            });
        }

        Member(EmittedNames.Plan, () => TrainingEmitter.WritePlan(source, training.Plan));
        Member(EmittedNames.Model, () =>
            source.Line(Summary).Line($"{model.Access} {model.QualifiedName} Model").Indented("=> " + failure));
        Member(EmittedNames.Run, () =>
        {
            RunEmitter.WriteSignature(source, documentsDataset: false);
            source.Indented("=> " + failure);
        });
        Member(EmittedNames.Evaluate, () =>
            source.Line(Summary).Line($"{dataset.Access} global::TrainDsl.EvaluationResult Evaluate({dataset.QualifiedName} dataset)").Indented("=> " + failure));
        Member(EmittedNames.MeasureMemory, () =>
            source.Line(Summary).Line("public global::TrainDsl.Monitoring.MemoryReport MeasureMemory(global::TrainDsl.TrainingOptions? options = null)").Indented("=> " + failure));
        Member(EmittedNames.Dispose, () =>
        {
            source.Line("/// <summary>Releases nothing.</summary>");
            source.Line("public void Dispose()").Line("{").Line("}");
        });
        TrainingEmitter.WriteHooks(source, training.Hooks);

        void Member(string name, Action write)
        {
            if (!training.OmittedMembers.Contains(name))
            {
                write();
                source.Line();
            }
        }
    }
}
