using System.Collections.Generic;
using System.Linq;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes the members of a training definition: the loop specialised to it, or, where it has an error, members that say so.</summary>
internal static class TrainingEmitter
{
    public static EmittedFile Emit(TrainingModel training)
    {
        string text = training is { Recipe: { } recipe, Model: { } model, Dataset: { } dataset }
            ? ClassFrame.Write(
                training.Type,
                PlanInWords.Header(training, recipe, dataset),
                "global::System.IDisposable",
                source => WriteMembers(source, training, recipe, model, dataset))
            : StubEmitter.Write(training);
        return new(training.Type.FullName, "Training", IsFurther: false, text);
    }

    /// <summary>The resolved terms as constants.</summary>
    public static void WritePlan(SourceBuilder source, PlanModel plan)
    {
        source.Line("/// <summary>The resolved batch plan: global batch = micro-batch x devices x nodes x accumulation.</summary>");
        using (source.Braces("public static class Plan"))
        {
            source.Line("/// <summary>Samples that one optimizer step learns from.</summary>");
            source.Line($"public const long GlobalBatch = {Literals.Of(plan.GlobalBatch)};").Line();
            source.Line("/// <summary>Samples in one forward and backward pass.</summary>");
            source.Line($"public const long MicroBatch = {Literals.Of(plan.MicroBatch)};").Line();
            source.Line("/// <summary>Devices on each node.</summary>");
            source.Line($"public const int Devices = {Literals.Of(plan.Devices)};").Line();
            source.Line("/// <summary>Nodes.</summary>");
            source.Line($"public const int Nodes = {Literals.Of(plan.Nodes)};").Line();
            source.Line("/// <summary>Micro-batches whose gradients are added up before one optimizer step.</summary>");
            source.Line($"public const long Accumulation = {Literals.Of(plan.Accumulation)};");
        }
    }

    /// <summary>The hooks that a definition may implement.</summary>
    public static void WriteHooks(SourceBuilder source, EquatableArray<HookModel> hooks)
    {
        for (int i = 0; i < hooks.Count; i++)
        {
            if (i > 0)
            {
                source.Line();
            }

            HookModel hook = hooks[i];
            if (hook.Unit is { } unit)
            {
                source.Line($"/// <summary>Called after each {(unit == "step" ? "optimizer step" : unit)}. Unimplemented, it costs nothing.</summary>");
                source.Line($"/// <param name=\"{hook.Parameter}\">What the {unit} did.</param>");
            }

            source.Line(hook.Declaration);
        }
    }

    /// <summary>The less accessible of two accessibilities.</summary>
    public static string Narrower(string first, string second)
        => first == "private" || second == "private" ? "private" : first == "internal" || second == "internal" ? "internal" : "public";

    private static void WriteMembers(SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference model, TypeReference dataset)
    {
        foreach ((string type, string name, string value) in Constants(training.Plan, recipe))
        {
            source.Line($"private const {type} {name} = {value};");
        }

        source.Line().Line($"private readonly {dataset.QualifiedName} _dataset;");
        source.Line("private readonly bool _ownsModel;").Line();
        WriteConstructors(source, training, recipe, model, dataset);
        source.Line();
        WritePlan(source, training.Plan);
        source.Line();
        source.Line("/// <summary>The model that is trained.</summary>");
        source.Line($"{model.Access} {model.QualifiedName} Model {{ get; }}").Line();
        RunEmitter.Write(source, training, recipe, model, dataset);
        source.Line();
        LoopShape shape = LoopShape.Declared(training.Plan, recipe);
        LoopEmitter.Write(source, LoopEmitter.Declared, training.Type, shape, recipe, model, dataset);
        source.Line();
        EvaluateEmitter.Write(source, training.Type, recipe, dataset);
        source.Line();
        MemoryEmitter.Write(source, training.Type, recipe, model, dataset);
        source.Line();
        source.Line("/// <summary>Releases the model, unless it was given: who makes a model disposes it.</summary>");
        using (source.Braces("public void Dispose()"))
        {
            using (source.Braces("if (_ownsModel)"))
            {
                source.Line("Model.Dispose();");
            }
        }

        source.Line();
        WriteHooks(source, training.Hooks);
        if (ScheduleEmitter.NeedsMethod(recipe.Schedule))
        {
            source.Line();
            ScheduleEmitter.Write(source, recipe.Schedule);
        }

        source.Line();
        OptimizerEmitter.Write(source, recipe.Optimizer);
        source.Line();
        WriteNewModel(source, training.Type, recipe, model);
    }

    private static IEnumerable<(string Type, string Name, string Value)> Constants(PlanModel plan, TrainingRecipe recipe)
    {
        yield return ("double", "BaseLearningRate", Literals.Of(recipe.Optimizer.LearningRate));
        foreach ((string, string, string) constant in OptimizerEmitter.Constants(recipe.Optimizer).Concat(ScheduleEmitter.Constants(recipe.Schedule)))
        {
            yield return constant;
        }

        if (recipe.ClipNorm is { } clipNorm)
        {
            yield return ("double", "MaxGradientNorm", Literals.Of(clipNorm));
        }

        if (LoopShape.Declared(plan, recipe).HasConstantShare)
        {
            yield return ("double", "MicroBatchShare", "(double)Plan.MicroBatch / Plan.GlobalBatch");
        }

        if (recipe.Epochs is { } epochs)
        {
            yield return ("long", "Epochs", Literals.Of(epochs));
        }

        if (recipe.MaxSteps is { } maxSteps)
        {
            yield return ("long", "MaxSteps", Literals.Of(maxSteps));
        }

        yield return ("long", "Seed", Literals.Of(recipe.Seed));
    }

    private static void WriteConstructors(
        SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference model, TypeReference dataset)
    {
        source.Line($"/// <summary>Prepares a run with a new model, its weights drawn by seed {Literals.Of(recipe.Seed)}.</summary>");
        source.Line("/// <param name=\"dataset\">The dataset to learn from.</param>");
        source.Line($"{dataset.Access} {training.Type.Name}({dataset.QualifiedName} dataset)").Indented(": this(dataset, NewModel())");
        source.Indented("=> _ownsModel = true;").Line();
        source.Line("/// <summary>Prepares a run that trains a given model further.</summary>");
        source.Line("/// <param name=\"dataset\">The dataset to learn from.</param>");
        source.Line("/// <param name=\"model\">The model, which stays the caller's: it is trained in place, and disposing this object leaves it be.</param>");
        string access = Narrower(dataset.Access, model.Access);
        using (source.Braces($"{access} {training.Type.Name}({dataset.QualifiedName} dataset, {model.QualifiedName} model)"))
        {
            source.Line("global::System.ArgumentNullException.ThrowIfNull(dataset);");
            source.Line("global::System.ArgumentNullException.ThrowIfNull(model);");
            source.Line("_dataset = dataset;");
            source.Line("Model = model;");
        }
    }

    private static void WriteNewModel(SourceBuilder source, TypeModel type, TrainingRecipe recipe, TypeReference model)
    {
        string construct = recipe.ModelFactory is null ? $"new {model.QualifiedName}()" : $"{type.Self}.{recipe.ModelFactory}()";
        source.Line($"private static {model.QualifiedName} NewModel()");
        source.Indented($"=> global::TrainDsl.Runtime.InitialModel.Of(Seed, static () => {construct});");
    }
}
