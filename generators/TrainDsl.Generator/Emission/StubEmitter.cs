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
        Member(TrainingParser.Constructors, () =>
        {
            source.Line($"{dataset.Access} {training.Type.Name}({dataset.QualifiedName} dataset)").Indented("=> " + failure).Line();
            string access = TrainingEmitter.Narrower(dataset.Access, model.Access);
            source.Line($"{access} {training.Type.Name}({dataset.QualifiedName} dataset, {model.QualifiedName} model)").Indented("=> " + failure);
        });
        Member(EmittedNames.Plan, () => TrainingEmitter.WritePlan(source, training.Plan));
        Member(EmittedNames.Model, () =>
            source.Line($"{model.Access} {model.QualifiedName} Model").Indented("=> " + failure));
        Member(EmittedNames.Run, () =>
        {
            RunEmitter.WriteSignature(source, documentsDataset: false);
            source.Indented("=> " + failure);
        });
        Member(EmittedNames.Evaluate, () =>
            source.Line($"{dataset.Access} global::TrainDsl.EvaluationResult Evaluate({dataset.QualifiedName} dataset)").Indented("=> " + failure));
        Member(EmittedNames.MeasureMemory, () =>
            source.Line("public global::TrainDsl.Monitoring.MemoryReport MeasureMemory(global::TrainDsl.TrainingOptions? options = null)").Indented("=> " + failure));
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
