using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TrainDsl.Generator.Diagnostics;

/// <summary>The catalogue: every diagnostic of the generator and its analyzers, with a page in docs/diagnostics for each.</summary>
/// <remarks>TDSL01xx batch arithmetic, 02xx the definition, 03xx datasets, 04xx optimizers and schedules, 05xx the run, 09xx advice.</remarks>
internal static class DiagnosticDescriptors
{
    private const string HelpFolder = "https://github.com/traindsl/traindsl/blob/main/docs/diagnostics/";

    /// <summary>
    /// The batch plan has nothing to infer from: the message gives the numbers and the nearest plans that fit.
    /// </summary>
    public static readonly DiagnosticDescriptor NothingToInferFrom = new(
        id: "TDSL0101",
        title: "The batch plan has nothing to infer from",
        messageFormat: "{0}",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0101.md");

    /// <summary>
    /// A batch term is not positive: the message gives the numbers and the nearest plans that fit.
    /// </summary>
    public static readonly DiagnosticDescriptor BatchTermNotPositive = new(
        id: "TDSL0102",
        title: "A batch term is not positive",
        messageFormat: "{0}",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0102.md");

    /// <summary>
    /// The batch terms contradict each other: the message gives the numbers and the nearest plans that fit.
    /// </summary>
    public static readonly DiagnosticDescriptor BatchContradiction = new(
        id: "TDSL0103",
        title: "The batch terms contradict each other",
        messageFormat: "{0}",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0103.md");

    /// <summary>
    /// The batch terms do not divide evenly: the message gives the numbers and the nearest plans that fit.
    /// </summary>
    public static readonly DiagnosticDescriptor BatchNotDivisible = new(
        id: "TDSL0104",
        title: "The batch terms do not divide evenly",
        messageFormat: "{0}",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0104.md");

    /// <summary>
    /// The batch plan overflows: the message gives the numbers and the nearest plans that fit.
    /// </summary>
    public static readonly DiagnosticDescriptor BatchOverflow = new(
        id: "TDSL0105",
        title: "The batch plan overflows",
        messageFormat: "{0}",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0105.md");

    /// <summary>
    /// Micro-batch {0} is more than {1}, the most samples that one pass can hold. Lower [MicroBatch], or raise [GradientAccumulation] to
    /// keep the global batch.
    /// </summary>
    public static readonly DiagnosticDescriptor MicroBatchTooLarge = new(
        id: "TDSL0106",
        title: "The micro-batch is too large",
        messageFormat: "Micro-batch {0} is more than {1}, the most samples that one pass can hold. Lower [MicroBatch], or raise "
            + "[GradientAccumulation] to keep the global batch.",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0106.md");

    /// <summary>
    /// Class '{0}' has [{1}] but is not partial, so that nothing can be generated into it. Declare it 'partial class {0}'.
    /// </summary>
    public static readonly DiagnosticDescriptor NotPartial = new(
        id: "TDSL0201",
        title: "A definition is not partial",
        messageFormat: "Class '{0}' has [{1}] but is not partial, so that nothing can be generated into it. Declare it 'partial class {0}'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0201.md");

    /// <summary>
    /// Class '{0}' is generic or nested in a generic type, which a definition cannot be. Remove the type parameters of '{1}'.
    /// </summary>
    public static readonly DiagnosticDescriptor Generic = new(
        id: "TDSL0202",
        title: "A definition is generic",
        messageFormat: "Class '{0}' is generic or nested in a generic type, which a definition cannot be. Remove the type parameters of '{1}'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0202.md");

    /// <summary>
    /// Class '{0}' is static, but a {1} is an object. Remove 'static'.
    /// </summary>
    public static readonly DiagnosticDescriptor Static = new(
        id: "TDSL0203",
        title: "A definition is static",
        messageFormat: "Class '{0}' is static, but a {1} is an object. Remove 'static'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0203.md");

    /// <summary>
    /// Training definition '{0}' is abstract, but it is constructed to run. Remove 'abstract'.
    /// </summary>
    public static readonly DiagnosticDescriptor Abstract = new(
        id: "TDSL0204",
        title: "A training definition is abstract",
        messageFormat: "Training definition '{0}' is abstract, but it is constructed to run. Remove 'abstract'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0204.md");

    /// <summary>
    /// Class '{0}' is nested in '{1}', which is not partial. Declare '{1}' partial, or move '{0}' out of it.
    /// </summary>
    public static readonly DiagnosticDescriptor ContainerNotPartial = new(
        id: "TDSL0205",
        title: "A definition is nested in a type that is not partial",
        messageFormat: "Class '{0}' is nested in '{1}', which is not partial. Declare '{1}' partial, or move '{0}' out of it.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0205.md");

    /// <summary>
    /// Class '{0}' is local to its file, where no generated file can extend it. Remove 'file'.
    /// </summary>
    public static readonly DiagnosticDescriptor FileLocal = new(
        id: "TDSL0206",
        title: "A definition is local to its file",
        messageFormat: "Class '{0}' is local to its file, where no generated file can extend it. Remove 'file'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0206.md");

    /// <summary>
    /// Training definition '{0}' has {1} that does not call the generated one. Chain it with ': this(dataset)', or remove it.
    /// </summary>
    public static readonly DiagnosticDescriptor ConstructorBypassesGenerated = new(
        id: "TDSL0207",
        title: "A constructor does not call the generated one",
        messageFormat: "Training definition '{0}' has {1} that does not call the generated one. Chain it with ': this(dataset)', or remove it.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0207.md");

    /// <summary>
    /// Member '{0}' of '{1}' has the name of a generated member. Rename it.
    /// </summary>
    public static readonly DiagnosticDescriptor ReservedMember = new(
        id: "TDSL0208",
        title: "A member has the name of a generated member",
        messageFormat: "Member '{0}' of '{1}' has the name of a generated member. Rename it.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0208.md");

    /// <summary>
    /// Class '{0}' has the name of a member that is generated into it. Rename the class.
    /// </summary>
    public static readonly DiagnosticDescriptor NameOfGeneratedMember = new(
        id: "TDSL0209",
        title: "A class has the name of a generated member",
        messageFormat: "Class '{0}' has the name of a member that is generated into it. Rename the class.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0209.md");

    /// <summary>
    /// '{0}' cannot derive from '{1}': {2}. Derive from another class, or change that one.
    /// </summary>
    public static readonly DiagnosticDescriptor BaseClass = new(
        id: "TDSL0217",
        title: "Generated members do not go with the base class",
        messageFormat: "'{0}' cannot derive from '{1}': {2}. Derive from another class, or change that one.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0217.md");

    /// <summary>
    /// Generated code cannot name '{0}': {1}
    /// </summary>
    public static readonly DiagnosticDescriptor CannotBeNamed = new(
        id: "TDSL0218",
        title: "Generated code cannot name a type",
        messageFormat: "Generated code cannot name '{0}': {1}",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0218.md");

    /// <summary>
    /// 'new {0}()' does not compile: {1}. Add a static method marked [ModelFactory] that makes one.
    /// </summary>
    public static readonly DiagnosticDescriptor ModelNotConstructible = new(
        id: "TDSL0219",
        title: "The model cannot be constructed without arguments",
        messageFormat: "'new {0}()' does not compile: {1}. Add a static method marked [ModelFactory] that makes one.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0219.md");

    /// <summary>
    /// Buffers is {0}, which is no member of BufferRule. Use BufferRule.First or BufferRule.Averaged.
    /// </summary>
    public static readonly DiagnosticDescriptor UnknownBufferRule = new(
        id: "TDSL0223",
        title: "Buffers is not a rule",
        messageFormat: "Buffers is {0}, which is no member of BufferRule. Use BufferRule.First or BufferRule.Averaged.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0223.md");

    /// <summary>
    /// Metric '{0}' is named 'loss', which is the name of the loss itself. Choose another name.
    /// </summary>
    public static readonly DiagnosticDescriptor MetricNamedLoss = new(
        id: "TDSL0224",
        title: "A metric is named loss",
        messageFormat: "Metric '{0}' is named 'loss', which is the name of the loss itself. Choose another name.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0224.md");

    /// <summary>
    /// Training definition '{0}' has a constructor with the parameters of a generated one. Change its parameters, or remove it.
    /// </summary>
    public static readonly DiagnosticDescriptor ConstructorIsGenerated = new(
        id: "TDSL0225",
        title: "A constructor has the parameters of a generated one",
        messageFormat: "Training definition '{0}' has a constructor with the parameters of a generated one. Change its parameters, or remove it.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0225.md");

    /// <summary>
    /// '{0}' has [{1}] but is {2}, and a {3} is a class. Declare it 'partial class {0}'.
    /// </summary>
    public static readonly DiagnosticDescriptor NotAClass = new(
        id: "TDSL0226",
        title: "A definition is not a class",
        messageFormat: "'{0}' has [{1}] but is {2}, and a {3} is a class. Declare it 'partial class {0}'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0226.md");

    /// <summary>
    /// [{0}] is on a local function or lambda, where it does nothing. Mark a method of the training definition.
    /// </summary>
    public static readonly DiagnosticDescriptor MarkedLocalFunction = new(
        id: "TDSL0227",
        title: "A local function is marked",
        messageFormat: "[{0}] is on a local function or lambda, where it does nothing. Mark a method of the training definition.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0227.md");

    public static readonly DiagnosticDescriptor InheritedMark = new(
        id: "TDSL0228",
        title: "A method is marked in a base class",
        messageFormat: "'{0}' is marked with [{1}] in base class '{2}', and marks count in the training definition alone. Move it into '{3}', or "
            + "mark a method there that calls it.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0228.md");

    public static readonly DiagnosticDescriptor ObsoleteAsAnError = new(
        id: "TDSL0229",
        title: "A marked method is obsolete as an error",
        messageFormat: "'{0}' is marked with [{1}], but its [Obsolete] makes each call an error, the generated one too. Remove [Obsolete], or its 'true'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0229.md");

    /// <summary>
    /// Dataset '{0}' has a Count of {1}, so that there is nothing to learn from. Return the number of samples.
    /// </summary>
    public static readonly DiagnosticDescriptor EmptyDataset = new(
        id: "TDSL0305",
        title: "The dataset is empty",
        messageFormat: "Dataset '{0}' has a Count of {1}, so that there is nothing to learn from. Return the number of samples.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0305.md");

    /// <summary>
    /// Training definition '{0}' declares no model. Add [Model&lt;T&gt;] with the TorchSharp module to train.
    /// </summary>
    public static readonly DiagnosticDescriptor NoModel = new(
        id: "TDSL0210",
        title: "A training definition declares no model",
        messageFormat: "Training definition '{0}' declares no model. Add [Model<T>] with the TorchSharp module to train.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0210.md");

    /// <summary>
    /// '{0}' is not a TorchSharp module. Derive it from torch.nn.Module&lt;Tensor, Tensor&gt;, or name another class in [Model&lt;T&gt;].
    /// </summary>
    public static readonly DiagnosticDescriptor NotAModule = new(
        id: "TDSL0211",
        title: "The model is not a TorchSharp module",
        messageFormat: "'{0}' is not a TorchSharp module. Derive it from torch.nn.Module<Tensor, Tensor>, or name another class in [Model<T>].",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0211.md");

    /// <summary>
    /// Model '{0}' is abstract and cannot be constructed. Name a class derived from it, or add a static method marked [ModelFactory] that
    /// returns one.
    /// </summary>
    public static readonly DiagnosticDescriptor AbstractModel = new(
        id: "TDSL0212",
        title: "The model is abstract",
        messageFormat: "Model '{0}' is abstract and cannot be constructed. Name a class derived from it, or add a static method marked "
            + "[ModelFactory] that returns one.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0212.md");

    /// <summary>
    /// Model '{0}' has no accessible constructor without parameters. Add one, or add a method 'private static {0} CreateModel()' marked
    /// [ModelFactory] to '{1}'.
    /// </summary>
    public static readonly DiagnosticDescriptor NoModelConstructor = new(
        id: "TDSL0213",
        title: "The model has no accessible constructor without parameters",
        messageFormat: "Model '{0}' has no accessible constructor without parameters. Add one, or add a method 'private static {0} "
            + "CreateModel()' marked [ModelFactory] to '{1}'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0213.md");

    /// <summary>
    /// Model factory '{0}' must be static, not generic, without parameters, and return '{1}', but {2}. Declare it 'private static {1}
    /// {0}()'.
    /// </summary>
    public static readonly DiagnosticDescriptor ModelFactorySignature = new(
        id: "TDSL0214",
        title: "A model factory has the wrong signature",
        messageFormat: "Model factory '{0}' must be static, not generic, without parameters, and return '{1}', but {2}. Declare it 'private "
            + "static {1} {0}()'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0214.md");

    /// <summary>
    /// '{0}' is a second [ModelFactory] beside '{1}'. Keep one of them.
    /// </summary>
    public static readonly DiagnosticDescriptor SecondModelFactory = new(
        id: "TDSL0215",
        title: "A training definition has two model factories",
        messageFormat: "'{0}' is a second [ModelFactory] beside '{1}'. Keep one of them.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0215.md");

    /// <summary>
    /// Model '{0}' is local to its file, where no generated file can name it. Remove 'file' from '{1}'.
    /// </summary>
    public static readonly DiagnosticDescriptor ModelLocalToFile = new(
        id: "TDSL0216",
        title: "The model is local to its file",
        messageFormat: "Model '{0}' is local to its file, where no generated file can name it. Remove 'file' from '{1}'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0216.md");

    /// <summary>
    /// Training definition '{0}' declares no dataset. Add [Dataset&lt;T&gt;] with the dataset to learn from.
    /// </summary>
    public static readonly DiagnosticDescriptor NoDataset = new(
        id: "TDSL0220",
        title: "A training definition declares no dataset",
        messageFormat: "Training definition '{0}' declares no dataset. Add [Dataset<T>] with the dataset to learn from.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0220.md");

    /// <summary>
    /// '{0}' declares no columns, so that there is nothing in it to learn from. Make it a partial class that implements IDataset, and add
    /// [Column&lt;T&gt;(name, shape)] for each of its columns.
    /// </summary>
    public static readonly DiagnosticDescriptor DatasetWithoutColumns = new(
        id: "TDSL0221",
        title: "The dataset declares no columns",
        messageFormat: "'{0}' declares no columns, so that there is nothing in it to learn from. Make it a partial class that implements "
            + "IDataset, and add [Column<T>(name, shape)] for each of its columns.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0221.md");

    /// <summary>
    /// Dataset '{0}' is less accessible than '{1}', so that its constructor is private and only '{1}' itself can call it.
    /// Make '{0}' as accessible as '{1}', or nest it in '{1}'.
    /// </summary>
    public static readonly DiagnosticDescriptor DatasetOutOfReach = new(
        id: "TDSL0222",
        title: "Nobody can pass the dataset",
        messageFormat: "Dataset '{0}' is less accessible than '{1}', so that its constructor is private and only '{1}' itself can "
            + "call it. Make '{0}' as accessible as '{1}', or nest it in '{1}'.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0222.md");

    /// <summary>
    /// Training definition '{0}' has no loss. {1} with [Loss].
    /// </summary>
    public static readonly DiagnosticDescriptor NoLoss = new(
        id: "TDSL0230",
        title: "A training definition has no loss",
        messageFormat: "Training definition '{0}' has no loss. {1} with [Loss].",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0230.md");

    /// <summary>
    /// '{0}' is a second [Loss] beside '{1}'. Keep one of them, or return the sum of both from one method.
    /// </summary>
    public static readonly DiagnosticDescriptor SecondLoss = new(
        id: "TDSL0231",
        title: "A training definition has two losses",
        messageFormat: "'{0}' is a second [Loss] beside '{1}'. Keep one of them, or return the sum of both from one method.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0231.md");

    /// <summary>
    /// {0} '{1}' must be static and not generic, but {2}. Declare it 'private static': what it needs is in the model and the batch.
    /// </summary>
    public static readonly DiagnosticDescriptor ScoreNotStatic = new(
        id: "TDSL0232",
        title: "A loss or metric is not a static method",
        messageFormat: "{0} '{1}' must be static and not generic, but {2}. Declare it 'private static': what it needs is in the model and the "
            + "batch.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0232.md");

    /// <summary>
    /// {0} '{1}' must take ({2} model, in {3}.Batch batch), but {4}
    /// </summary>
    public static readonly DiagnosticDescriptor ScoreParameters = new(
        id: "TDSL0233",
        title: "A loss or metric has the wrong parameters",
        messageFormat: "{0} '{1}' must take ({2} model, in {3}.Batch batch), but {4}",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0233.md");

    /// <summary>
    /// {0} '{1}' returns '{2}'. Return torch.Tensor, the mean over the batch's samples, or TrainDsl.WeightedSum.
    /// </summary>
    public static readonly DiagnosticDescriptor ScoreReturnType = new(
        id: "TDSL0234",
        title: "A loss or metric has the wrong return type",
        messageFormat: "{0} '{1}' returns '{2}'. Return torch.Tensor, the mean over the batch's samples, or TrainDsl.WeightedSum.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0234.md");

    /// <summary>
    /// Metric method '{0}' has an empty name. Give the name to report it under, as in [Metric("accuracy")].
    /// </summary>
    public static readonly DiagnosticDescriptor MetricNameEmpty = new(
        id: "TDSL0240",
        title: "A metric has no name",
        messageFormat: "Metric method '{0}' has an empty name. Give the name to report it under, as in [Metric(\"accuracy\")].",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0240.md");

    /// <summary>
    /// Metric name '{0}' is already that of '{1}'. Give each metric of a definition a name of its own.
    /// </summary>
    public static readonly DiagnosticDescriptor MetricNameTwice = new(
        id: "TDSL0241",
        title: "Two metrics have the same name",
        messageFormat: "Metric name '{0}' is already that of '{1}'. Give each metric of a definition a name of its own.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0241.md");

    /// <summary>
    /// Hook '{0}' {1}, so that the run does not call it. Write it as '{2}' with a body.
    /// </summary>
    public static readonly DiagnosticDescriptor HookSignature = new(
        id: "TDSL0250",
        title: "A hook has the wrong signature",
        messageFormat: "Hook '{0}' {1}, so that the run does not call it. Write it as '{2}' with a body.",
        category: "TrainDsl.Definition",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0250.md");

    /// <summary>
    /// Dataset '{0}' does not implement IDataset. Add ': IDataset' to it, and 'public long Count' if it lacks one.
    /// </summary>
    public static readonly DiagnosticDescriptor NotADataset = new(
        id: "TDSL0301",
        title: "A class with columns does not implement IDataset",
        messageFormat: "Dataset '{0}' does not implement IDataset. Add ': IDataset' to it, and 'public long Count' if it lacks one.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0301.md");

    /// <summary>
    /// Dataset '{0}' does not implement Read. Add 'public partial void Read(long index, in Row row)', which fills every column of the
    /// row.
    /// </summary>
    public static readonly DiagnosticDescriptor NoRead = new(
        id: "TDSL0302",
        title: "A dataset does not implement Read",
        messageFormat: "Dataset '{0}' does not implement Read. Add 'public partial void Read(long index, in Row row)', which fills every column "
            + "of the row.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0302.md");

    /// <summary>
    /// Read of dataset '{0}' must be 'public partial void Read(long index, in Row row)', but {1}
    /// </summary>
    public static readonly DiagnosticDescriptor ReadSignature = new(
        id: "TDSL0303",
        title: "Read has the wrong signature",
        messageFormat: "Read of dataset '{0}' must be 'public partial void Read(long index, in Row row)', but {1}",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0303.md");

    /// <summary>
    /// Column '{0}' is declared twice. Give each column of '{1}' a name of its own.
    /// </summary>
    public static readonly DiagnosticDescriptor ColumnTwice = new(
        id: "TDSL0310",
        title: "A column is declared twice",
        messageFormat: "Column '{0}' is declared twice. Give each column of '{1}' a name of its own.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0310.md");

    /// <summary>
    /// Column name '{0}' is not a C# identifier. Use letters, digits and '_', not beginning with a digit, and no keyword.
    /// </summary>
    public static readonly DiagnosticDescriptor ColumnNameNotIdentifier = new(
        id: "TDSL0311",
        title: "A column name is not an identifier",
        messageFormat: "Column name '{0}' is not a C# identifier. Use letters, digits and '_', not beginning with a digit, and no keyword.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0311.md");

    /// <summary>
    /// Column name '{0}' is that of a member which every row or batch has. Choose another, for instance 'Sample{0}'.
    /// </summary>
    public static readonly DiagnosticDescriptor ColumnNameReserved = new(
        id: "TDSL0312",
        title: "A column name is reserved",
        messageFormat: "Column name '{0}' is that of a member which every row or batch has. Choose another, for instance 'Sample{0}'.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0312.md");

    /// <summary>
    /// Size {0} in the shape of column '{1}' is not positive. Each size is at least 1; leave the shape out for a scalar.
    /// </summary>
    public static readonly DiagnosticDescriptor ColumnSizeNotPositive = new(
        id: "TDSL0313",
        title: "A column's shape has a size that is not positive",
        messageFormat: "Size {0} in the shape of column '{1}' is not positive. Each size is at least 1; leave the shape out for a scalar.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0313.md");

    /// <summary>
    /// Shape [{0}] of column '{1}' has more than {2} elements for each sample, the most that a row holds. Use smaller sizes, or several
    /// columns.
    /// </summary>
    public static readonly DiagnosticDescriptor ColumnTooLarge = new(
        id: "TDSL0314",
        title: "A column has too many elements",
        messageFormat: "Shape [{0}] of column '{1}' has more than {2} elements for each sample, the most that a row holds. Use smaller sizes, or "
            + "several columns.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0314.md");

    /// <summary>
    /// Column '{0}' has element type '{1}', which no tensor has. Use float, double, System.Half, byte, sbyte, short, int, long or bool.
    /// </summary>
    public static readonly DiagnosticDescriptor ColumnElementType = new(
        id: "TDSL0315",
        title: "A column's element type is not supported",
        messageFormat: "Column '{0}' has element type '{1}', which no tensor has. Use float, double, System.Half, byte, sbyte, short, int, long "
            + "or bool.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0315.md");

    /// <summary>
    /// Training definition '{0}' declares no optimizer. Add [AdamW], [Adam] or [Sgd].
    /// </summary>
    public static readonly DiagnosticDescriptor NoOptimizer = new(
        id: "TDSL0401",
        title: "A training definition declares no optimizer",
        messageFormat: "Training definition '{0}' declares no optimizer. Add [AdamW], [Adam] or [Sgd].",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0401.md");

    /// <summary>
    /// [{0}] is a second optimizer beside [{1}]. Keep one of them.
    /// </summary>
    public static readonly DiagnosticDescriptor SecondOptimizer = new(
        id: "TDSL0402",
        title: "A training definition declares two optimizers",
        messageFormat: "[{0}] is a second optimizer beside [{1}]. Keep one of them.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0402.md");

    /// <summary>
    /// Learning rate {0} is not a positive number. Use one above 0; [{1}] without LearningRate uses {2}.
    /// </summary>
    public static readonly DiagnosticDescriptor LearningRate = new(
        id: "TDSL0403",
        title: "The learning rate is not positive",
        messageFormat: "Learning rate {0} is not a positive number. Use one above 0; [{1}] without LearningRate uses {2}.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0403.md");

    /// <summary>
    /// {0} {1} is outside [0, 1). Use at least 0 and less than 1; it is {2} unless written.
    /// </summary>
    public static readonly DiagnosticDescriptor Beta = new(
        id: "TDSL0404",
        title: "A decay rate of Adam is out of range",
        messageFormat: "{0} {1} is outside [0, 1). Use at least 0 and less than 1; it is {2} unless written.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0404.md");

    /// <summary>
    /// Epsilon {0} is not a positive number. Use one above 0; it is 1E-08 unless written.
    /// </summary>
    public static readonly DiagnosticDescriptor Epsilon = new(
        id: "TDSL0405",
        title: "Epsilon is not positive",
        messageFormat: "Epsilon {0} is not a positive number. Use one above 0; it is 1E-08 unless written.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0405.md");

    /// <summary>
    /// Momentum {0} is outside [0, 1). Use at least 0 and less than 1, for instance 0.9.
    /// </summary>
    public static readonly DiagnosticDescriptor Momentum = new(
        id: "TDSL0406",
        title: "Momentum is out of range",
        messageFormat: "Momentum {0} is outside [0, 1). Use at least 0 and less than 1, for instance 0.9.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0406.md");

    /// <summary>
    /// Dampening {0} is outside [0, 1]. Use 0, which it is unless written, or at most 1.
    /// </summary>
    public static readonly DiagnosticDescriptor Dampening = new(
        id: "TDSL0407",
        title: "Dampening is out of range",
        messageFormat: "Dampening {0} is outside [0, 1]. Use 0, which it is unless written, or at most 1.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0407.md");

    /// <summary>
    /// Nesterov momentum needs momentum above 0, but Momentum is {0}. Set Momentum, for instance to 0.9, or remove Nesterov.
    /// </summary>
    public static readonly DiagnosticDescriptor NesterovWithoutMomentum = new(
        id: "TDSL0408",
        title: "Nesterov momentum without momentum",
        messageFormat: "Nesterov momentum needs momentum above 0, but Momentum is {0}. Set Momentum, for instance to 0.9, or remove Nesterov.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0408.md");

    /// <summary>
    /// Nesterov momentum needs dampening 0, but Dampening is {0}. Remove Dampening, or remove Nesterov.
    /// </summary>
    public static readonly DiagnosticDescriptor NesterovWithDampening = new(
        id: "TDSL0409",
        title: "Nesterov momentum with dampening",
        messageFormat: "Nesterov momentum needs dampening 0, but Dampening is {0}. Remove Dampening, or remove Nesterov.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0409.md");

    /// <summary>
    /// Weight decay {0} is not a number of at least 0. Use 0 for none, or for instance 0.01.
    /// </summary>
    public static readonly DiagnosticDescriptor WeightDecay = new(
        id: "TDSL0410",
        title: "Weight decay is negative",
        messageFormat: "Weight decay {0} is not a number of at least 0. Use 0 for none, or for instance 0.01.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0410.md");

    /// <summary>
    /// Gradient norm bound {0} is not a positive number. Use one above 0, for instance 1.0, or remove [ClipGradNorm].
    /// </summary>
    public static readonly DiagnosticDescriptor ClipNorm = new(
        id: "TDSL0411",
        title: "The bound of the gradient norm is not positive",
        messageFormat: "Gradient norm bound {0} is not a positive number. Use one above 0, for instance 1.0, or remove [ClipGradNorm].",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0411.md");

    /// <summary>
    /// {0} is not a value of DecayOnly. Use DecayOnly.All or DecayOnly.Matrices.
    /// </summary>
    public static readonly DiagnosticDescriptor DecayOnly = new(
        id: "TDSL0412",
        title: "DecayOnly has no such value",
        messageFormat: "{0} is not a value of DecayOnly. Use DecayOnly.All or DecayOnly.Matrices.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0412.md");

    /// <summary>
    /// {0} has no effect, because {1} is 0. Set {1}, or remove {0}.
    /// </summary>
    public static readonly DiagnosticDescriptor OptimizerSettingWithoutEffect = new(
        id: "TDSL0413",
        title: "A setting of the optimizer has no effect",
        messageFormat: "{0} has no effect, because {1} is 0. Set {1}, or remove {0}.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0413.md");

    /// <summary>
    /// [{0}] is a second schedule beside [{1}]. Keep one of them.
    /// </summary>
    public static readonly DiagnosticDescriptor SecondSchedule = new(
        id: "TDSL0420",
        title: "A training definition declares two schedules",
        messageFormat: "[{0}] is a second schedule beside [{1}]. Keep one of them.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0420.md");

    /// <summary>
    /// Warm-up of {0} steps is negative. Use at least 1, or remove WarmupSteps for no warm-up.
    /// </summary>
    public static readonly DiagnosticDescriptor WarmupNegative = new(
        id: "TDSL0421",
        title: "Warm-up is negative",
        messageFormat: "Warm-up of {0} steps is negative. Use at least 1, or remove WarmupSteps for no warm-up.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0421.md");

    /// <summary>
    /// Warm-up of {0} steps does not end before the run, which is {1} steps long. Use fewer than {1}, or train for more.
    /// </summary>
    public static readonly DiagnosticDescriptor WarmupTooLong = new(
        id: "TDSL0422",
        title: "Warm-up lasts as long as the run",
        messageFormat: "Warm-up of {0} steps does not end before the run, which is {1} steps long. Use fewer than {1}, or train for more.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0422.md");

    /// <summary>
    /// Decay ends at step {0}, which is not after the {1} steps of warm-up. DecaySteps counts them in: set it above {1}, or remove it to
    /// decay until the end of the run.
    /// </summary>
    public static readonly DiagnosticDescriptor DecayBeforeWarmup = new(
        id: "TDSL0423",
        title: "Decay ends before warm-up does",
        messageFormat: "Decay ends at step {0}, which is not after the {1} steps of warm-up. DecaySteps counts them in: set it above {1}, or "
            + "remove it to decay until the end of the run.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0423.md");

    /// <summary>
    /// Final factor {0} is outside [0, 1]. It multiplies the base learning rate at the end of decay; it is 0 unless written.
    /// </summary>
    public static readonly DiagnosticDescriptor FinalFactor = new(
        id: "TDSL0424",
        title: "The final factor is out of range",
        messageFormat: "Final factor {0} is outside [0, 1]. It multiplies the base learning rate at the end of decay; it is 0 unless written.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0424.md");

    /// <summary>
    /// Step decay every {0} steps is not possible. Use at least 1.
    /// </summary>
    public static readonly DiagnosticDescriptor StepDecayEvery = new(
        id: "TDSL0425",
        title: "The steps between falls are not positive",
        messageFormat: "Step decay every {0} steps is not possible. Use at least 1.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0425.md");

    /// <summary>
    /// Factor {0} is outside (0, 1]. It multiplies the learning rate at each fall; it is 0.1 unless written.
    /// </summary>
    public static readonly DiagnosticDescriptor StepDecayFactor = new(
        id: "TDSL0426",
        title: "The factor of a fall is out of range",
        messageFormat: "Factor {0} is outside (0, 1]. It multiplies the learning rate at each fall; it is 0.1 unless written.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0426.md");

    /// <summary>
    /// Decay ends at step {0}, but the run has no more than {1} steps, so that the learning rate does not come to its final
    /// factor. Use at most {1}, or remove DecaySteps to decay until the end of the run.
    /// </summary>
    public static readonly DiagnosticDescriptor DecayAfterRun = new(
        id: "TDSL0427",
        title: "Decay ends after the run",
        messageFormat: "Decay ends at step {0}, but the run has no more than {1} steps, so that the learning rate does not come "
            + "to its final factor. Use at most {1}, or remove DecaySteps to decay until the end of the run.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0427.md");

    /// <summary>
    /// Decay ends at step {0} with a learning rate of 0, so that the last {1} of {2} steps learn nothing. Remove DecaySteps
    /// to decay until the end of the run, or set FinalFactor.
    /// </summary>
    public static readonly DiagnosticDescriptor DecayToZeroBeforeEnd = new(
        id: "TDSL0428",
        title: "The learning rate is 0 before the run ends",
        messageFormat: "Decay ends at step {0} with a learning rate of 0, so that the last {1} of {2} steps learn nothing. Remove "
            + "DecaySteps to decay until the end of the run, or set FinalFactor.",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0428.md");

    /// <summary>
    /// [{0}] does not lower the learning rate: {1}. Change it, or use [Constant].
    /// </summary>
    public static readonly DiagnosticDescriptor DecayWithoutEffect = new(
        id: "TDSL0429",
        title: "Decay lowers nothing",
        messageFormat: "[{0}] does not lower the learning rate: {1}. Change it, or use [Constant].",
        category: "TrainDsl.Optimization",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0429.md");

    /// <summary>
    /// Training definition '{0}' does not say when the run ends. Add [Epochs(n)] or [MaxSteps(n)].
    /// </summary>
    public static readonly DiagnosticDescriptor NoEnd = new(
        id: "TDSL0501",
        title: "A training definition does not say when it ends",
        messageFormat: "Training definition '{0}' does not say when the run ends. Add [Epochs(n)] or [MaxSteps(n)].",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0501.md");

    /// <summary>
    /// Epochs {0} is not positive. Use at least 1.
    /// </summary>
    public static readonly DiagnosticDescriptor EpochsNotPositive = new(
        id: "TDSL0502",
        title: "Epochs are not positive",
        messageFormat: "Epochs {0} is not positive. Use at least 1.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0502.md");

    /// <summary>
    /// Steps {0} is not positive. Use at least 1.
    /// </summary>
    public static readonly DiagnosticDescriptor MaxStepsNotPositive = new(
        id: "TDSL0503",
        title: "Steps are not positive",
        messageFormat: "Steps {0} is not positive. Use at least 1.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0503.md");

    /// <summary>
    /// [{0}({1})] never ends the run: [{2}({3})] does, after {4} steps. Remove [{0}].
    /// </summary>
    public static readonly DiagnosticDescriptor CheckpointNeverDue = new(
        id: "TDSL0526",
        title: "Checkpoints on the schedule are never written",
        messageFormat: "A checkpoint every {0} {1} is never due: the run has {2} {1}. Lower it to {2} or less, or remove it.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0526.md");

    public static readonly DiagnosticDescriptor HigherLossIsBest = new(
        id: "TDSL0527",
        title: "A higher loss is called the better one",
        messageFormat: "Of the loss the lower value is the better one, whatever LowerIsBetter says. Remove LowerIsBetter, or declare a metric to keep "
            + "the highest of.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0527.md");

    public static readonly DiagnosticDescriptor EndNeverReached = new(
        id: "TDSL0504",
        title: "An end of the run is never reached",
        messageFormat: "[{0}({1})] never ends the run: [{2}({3})] does, after {4} steps. Remove [{0}].",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0504.md");

    /// <summary>
    /// '{0}' is not a training definition, so that {1} has no effect. Add [Training] to the class, or remove {2}.
    /// </summary>
    public static readonly DiagnosticDescriptor NoTraining = new(
        id: "TDSL0510",
        title: "An attribute has no effect without [Training]",
        messageFormat: "'{0}' is not a training definition, so that {1} has no effect. Add [Training] to the class, or remove {2}.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0510.md");

    /// <summary>
    /// Global batch {0} is larger than dataset '{1}', which counts {2} samples, so that no step learns from a whole batch. Use
    /// at most {2}.
    /// </summary>
    public static readonly DiagnosticDescriptor GlobalBatchAboveDataset = new(
        id: "TDSL0107",
        title: "The global batch is larger than the dataset",
        messageFormat: "Global batch {0} is larger than dataset '{1}', which counts {2} samples, so that no step learns from a whole "
            + "batch. Use at most {2}.",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0107.md");

    /// <summary>
    /// DropLast leaves nothing to learn from: global batch {0} is larger than dataset '{1}', which counts {2} samples. Use at
    /// most {2}.
    /// </summary>
    public static readonly DiagnosticDescriptor DropLastDropsAll = new(
        id: "TDSL0108",
        title: "DropLast drops every sample",
        messageFormat: "DropLast leaves nothing to learn from: global batch {0} is larger than dataset '{1}', which counts {2} "
            + "samples. Use at most {2}.",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0108.md");

    /// <summary>
    /// Auto changes the micro-batch where memory runs out, and without a global batch the micro-batch decides how
    /// many samples a step learns from. Add [GlobalBatch].
    /// </summary>
    public static readonly DiagnosticDescriptor AutoWithoutGlobalBatch = new(
        id: "TDSL0109",
        title: "Auto micro-batch without a global batch",
        messageFormat: "Auto changes the micro-batch where memory runs out, and without a global batch the micro-batch "
            + "decides how many samples a step learns from. Add [GlobalBatch].",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0109.md");

    /// <summary>
    /// EverySteps {0} is not positive; at least 1 is expected. Remove it to write a checkpoint after each epoch.
    /// </summary>
    public static readonly DiagnosticDescriptor CheckpointEverySteps = new(
        id: "TDSL0520",
        title: "Steps between checkpoints are not positive",
        messageFormat: "EverySteps {0} is not positive; at least 1 is expected. Remove it to write a checkpoint after "
            + "each epoch.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0520.md");

    /// <summary>
    /// EveryEpochs {0} is not positive; at least 1 is expected. Remove it to write a checkpoint after each epoch, or
    /// by EverySteps alone.
    /// </summary>
    public static readonly DiagnosticDescriptor CheckpointEveryEpochs = new(
        id: "TDSL0521",
        title: "Epochs between checkpoints are not positive",
        messageFormat: "EveryEpochs {0} is not positive; at least 1 is expected. Remove it to write a checkpoint after "
            + "each epoch, or by EverySteps alone.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0521.md");

    /// <summary>
    /// Keep {0} is not positive. At least 1 checkpoint is kept.
    /// </summary>
    public static readonly DiagnosticDescriptor CheckpointKeep = new(
        id: "TDSL0522",
        title: "No checkpoint is kept",
        messageFormat: "Keep {0} is not positive. At least 1 checkpoint is kept.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0522.md");

    /// <summary>
    /// KeepBest names '{0}', which is no declared metric. Use one of {1}.
    /// </summary>
    public static readonly DiagnosticDescriptor CheckpointKeepBest = new(
        id: "TDSL0523",
        title: "The best checkpoint is chosen by a metric that is not declared",
        messageFormat: "KeepBest names '{0}', which is no declared metric. Use one of {1}.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0523.md");

    /// <summary>
    /// LowerIsBetter says which values of a metric are better, and no metric is named. Add KeepBest, or remove LowerIsBetter.
    /// </summary>
    public static readonly DiagnosticDescriptor LowerIsBetterWithoutKeepBest = new(
        id: "TDSL0524",
        title: "LowerIsBetter without KeepBest",
        messageFormat: "LowerIsBetter says which values of a metric are better, and no metric is named. Add KeepBest, "
            + "or remove it.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0524.md");

    /// <summary>
    /// {0} is not a value of NonFiniteAction. Use NonFiniteAction.Stop or NonFiniteAction.Skip.
    /// </summary>
    public static readonly DiagnosticDescriptor NonFiniteAction = new(
        id: "TDSL0525",
        title: "NonFiniteAction has no such value",
        messageFormat: "{0} is not a value of NonFiniteAction. Use NonFiniteAction.Stop or NonFiniteAction.Skip.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0525.md");

    /// <summary>
    /// The micro-batch has neither a number nor Auto. Write one of them, or remove the attribute to have it inferred.
    /// </summary>
    public static readonly DiagnosticDescriptor MicroBatchSaysNothing = new(
        id: "TDSL0530",
        title: "A micro-batch without a number",
        messageFormat: "The micro-batch has neither a number nor Auto. Write one of them, or remove the attribute to "
            + "have it inferred.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0530.md");

    /// <summary>
    /// The loss couples the samples of its batch, but the global batch of {0} is split into micro-batches of {1} (devices {2} x nodes {3} x accumulation {4}),
    /// and the mean of their losses is another objective. Use [MicroBatch({0})] on one device, without accumulation.
    /// </summary>
    public static readonly DiagnosticDescriptor SplitsCoupledSamples = new(
        id: "TDSL0531",
        title: "A loss that couples samples gets parts of its batch",
        messageFormat: "The loss couples the samples of its batch, but the global batch of {0} is split into micro-batches of {1} (devices {2} x nodes {3} x "
            + "accumulation {4}), and the mean of their losses is another objective. Use [MicroBatch({0})] on one device, without accumulation.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0531.md");

    /// <summary>
    /// The loss couples the samples of its batch, and Auto would halve the micro-batch, which changes the objective. Remove Auto.
    /// </summary>
    public static readonly DiagnosticDescriptor AutoSplitsCoupledSamples = new(
        id: "TDSL0532",
        title: "An automatic micro-batch under a loss that couples samples",
        messageFormat: "The loss couples the samples of its batch, and Auto would halve the micro-batch, which changes the objective. Remove Auto.",
        category: "TrainDsl.Run",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0532.md");

    /// <summary>
    /// DropLast has no effect: the {2} samples of dataset '{1}' divide evenly into global batches of {0}. Remove it.
    /// </summary>
    public static readonly DiagnosticDescriptor DropLastDropsNothing = new(
        id: "TDSL0110",
        title: "DropLast drops nothing",
        messageFormat: "DropLast has no effect: the {2} samples of dataset '{1}' divide evenly into global batches of {0}. Remove "
            + "it.",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0110.md");

    /// <summary>
    /// {0} is {1}; memory is a number of MiB above 0. Leave it out where it is not known.
    /// </summary>
    public static readonly DiagnosticDescriptor MemoryNotPositive = new(
        id: "TDSL0111",
        title: "Memory is not positive",
        messageFormat: "{0} is {1}; memory is a number of MiB above 0. Leave it out where it is not known.",
        category: "TrainDsl.Batching",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0111.md");

    /// <summary>
    /// '{0}' calls {1}, which waits for the device at every micro-batch. Compute with tensors, and read values from the
    /// step reports.
    /// </summary>
    public static readonly DiagnosticDescriptor LossWaitsForDevice = new(
        id: "TDSL0901",
        title: "A loss waits for the device",
        messageFormat: "'{0}' calls {1}, which waits for the device at every micro-batch. Compute with tensors, and read values "
            + "from the step reports.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0901.md");

    /// <summary>
    /// Model '{0}' has a {1}, which normalises over the micro-batch of one replica, but {2} holds 1 sample. Use larger
    /// micro-batches with less accumulation, or GroupNorm.
    /// </summary>
    public static readonly DiagnosticDescriptor BatchNormOfOneSample = new(
        id: "TDSL0902",
        title: "A batch norm sees one sample",
        messageFormat: "Model '{0}' has a {1}, which normalises over the micro-batch of one replica, but {2} holds 1 sample. Use "
            + "larger micro-batches with less accumulation, or GroupNorm.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0902.md");

    /// <summary>
    /// {0} of '{1}' takes {2} {3}, but column '{4}' comes to it in shape {5}, which has {6}. Use {6}, or change the column or
    /// what comes before the layer.
    /// </summary>
    public static readonly DiagnosticDescriptor FirstLayerMismatch = new(
        id: "TDSL0903",
        title: "The first layer does not fit the column",
        messageFormat: "{0} of '{1}' takes {2} {3}, but column '{4}' comes to it in shape {5}, which has {6}. Use {6}, or change "
            + "the column or what comes before the layer.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0903.md");

    /// <summary>
    /// Accumulation {0} is not needed: all {1} samples of a device's share of the global batch take {2} MiB of its {3} MiB at once.
    /// Use micro-batch {1} and accumulation 1.
    /// </summary>
    public static readonly DiagnosticDescriptor AccumulationNotNeeded = new(
        id: "TDSL0904",
        title: "Accumulation is not needed",
        messageFormat: "Accumulation {0} is not needed: all {1} samples of a device's share of the global batch take {2} MiB of its {3} "
            + "MiB at once. Use micro-batch {1} and accumulation 1.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0904.md");

    /// <summary>
    /// Micro-batch {0} takes {1} MiB, more than the {2} MiB of a device. {3}.
    /// </summary>
    public static readonly DiagnosticDescriptor MicroBatchAboveMemory = new(
        id: "TDSL0905",
        title: "The micro-batch does not fit the device",
        messageFormat: "Micro-batch {0} takes {1} MiB, more than the {2} MiB of a device. {3}.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0905.md");

    /// <summary>
    /// Layers in '{0}' of '{1}' are not trained: RegisterComponents does not look into {2}. Hold them in a ModuleList&lt;T&gt; or
    /// ModuleDict&lt;T&gt;, or in a field of their own, or call register_module for each.
    /// </summary>
    public static readonly DiagnosticDescriptor HiddenLayers = new(
        id: "TDSL0906",
        title: "A layer is where nothing registers it",
        messageFormat: "Layers in '{0}' of '{1}' are not trained: RegisterComponents does not look into {2}. Hold them in a "
            + "ModuleList<T> or ModuleDict<T>, or in a field of their own, or call register_module for each.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0906.md");

    /// <summary>
    /// '{0}' of '{1}' is not trained: {2}, and it looks for layers once. Make the layer before RegisterComponents is called, or call
    /// register_module for it.
    /// </summary>
    public static readonly DiagnosticDescriptor LateLayers = new(
        id: "TDSL0907",
        title: "A layer is made after the layers are registered",
        messageFormat: "'{0}' of '{1}' is not trained: {2}, and it looks for layers once. Make the layer before RegisterComponents is "
            + "called, or call register_module for it.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0907.md");

    /// <summary>
    /// Model '{0}' has layers or parameters, but never calls RegisterComponents, so that none is trained. Call it at the end of the
    /// constructor.
    /// </summary>
    public static readonly DiagnosticDescriptor NothingRegistered = new(
        id: "TDSL0908",
        title: "A model registers nothing",
        messageFormat: "Model '{0}' has layers or parameters, but never calls RegisterComponents, so that none is trained. Call it at "
            + "the end of the constructor.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0908.md");

    /// <summary>
    /// '{0}' of '{1}' asks for a gradient, but a field of type Tensor is registered as a buffer, which nothing trains. Make it a Parameter.
    /// </summary>
    public static readonly DiagnosticDescriptor BufferForParameter = new(
        id: "TDSL0909",
        title: "A tensor to be trained is a buffer",
        messageFormat: "'{0}' of '{1}' asks for a gradient, but a field of type Tensor is registered as a buffer, which nothing "
            + "trains. Make it a Parameter.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0909.md");

    /// <summary>
    /// Read of '{0}' draws by {1} for some samples only, from the generator that training draws from, so that no run repeats. Draw from row.Random.
    /// </summary>
    public static readonly DiagnosticDescriptor ConditionalDraw = new(
        id: "TDSL0316",
        title: "Read takes random numbers from training",
        messageFormat: "Read of '{0}' draws by {1} for some samples only, from the generator that training draws from, so that no run repeats. Draw from row.Random.",
        category: "TrainDsl.Dataset",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0316.md");

    /// <summary>
    /// Read of '{0}' never mentions column '{1}', which no sample fills. Write row.{1}, or remove the column.
    /// </summary>
    public static readonly DiagnosticDescriptor ColumnNotRead = new(
        id: "TDSL0910",
        title: "Read does not fill a column",
        messageFormat: "Read of '{0}' never mentions column '{1}', which no sample fills. Write row.{1}, or remove the column.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0910.md");

    /// <summary>
    /// {0} does not take a target of element type {1}: it throws at run time. Declare the column, or convert the target with to_type, as {2}.
    /// </summary>
    public static readonly DiagnosticDescriptor TargetElementType = new(
        id: "TDSL0911",
        title: "A loss does not take the target's element type",
        messageFormat: "{0} does not take a target of element type {1}: it throws at run time. Declare the column, or convert the "
            + "target with to_type, as {2}.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0911.md");

    /// <summary>
    /// Column '{0}' of element type {1} comes to a {2} layer as it is, which throws at run time. Declare the column, or convert it with to_type,
    /// as {3}.
    /// </summary>
    public static readonly DiagnosticDescriptor LayerElementType = new(
        id: "TDSL0912",
        title: "A layer does not take the column's element type",
        messageFormat: "Column '{0}' of element type {1} comes to a {2} layer as it is, which throws at run time. Declare the column, or "
            + "convert it with to_type, as {3}.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0912.md");

    /// <summary>
    /// {0} of a tensor of element type {1} throws at run time. Convert it first: .to_type(ScalarType.Float32).{0}().
    /// </summary>
    public static readonly DiagnosticDescriptor MeanOfIntegers = new(
        id: "TDSL0913",
        title: "A mean of truth values or integers",
        messageFormat: "{0} of a tensor of element type {1} throws at run time. Convert it first: .to_type(ScalarType.Float32).{0}().",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0913.md");

    /// <summary>
    /// '{0}' returns {1} over the micro-batch, but a Tensor counts as the mean over its samples. Return the mean, or a WeightedSum of the sum
    /// and its weight.
    /// </summary>
    public static readonly DiagnosticDescriptor SumAsMean = new(
        id: "TDSL0914",
        title: "A sum is returned as a mean",
        messageFormat: "'{0}' returns {1} over the micro-batch, but a Tensor counts as the mean over its samples. Return the mean, or "
            + "a WeightedSum of the sum and its weight.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0914.md");

    /// <summary>
    /// '{0}' returns {1}, which is a value for each sample and not one number. Use the mean, or return a WeightedSum.
    /// </summary>
    public static readonly DiagnosticDescriptor NoReduction = new(
        id: "TDSL0915",
        title: "A loss or metric returns a value for each sample",
        messageFormat: "'{0}' returns {1}, which is a value for each sample and not one number. Use the mean, or return a WeightedSum.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0915.md");

    /// <summary>
    /// The input of {1} has gone through {0}, which {1} applies itself: the loss is flattened, and training is slow or fails. Give it the
    /// logits.
    /// </summary>
    public static readonly DiagnosticDescriptor ActivationTwice = new(
        id: "TDSL0916",
        title: "An activation is applied twice",
        messageFormat: "The input of {1} has gone through {0}, which {1} applies itself: the loss is flattened, and training is slow "
            + "or fails. Give it the logits.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0916.md");

    /// <summary>
    /// nll_loss takes logarithms of probabilities, but its input comes from {0}. Use cross_entropy with logits, or log_softmax before.
    /// </summary>
    public static readonly DiagnosticDescriptor NoLogSoftmax = new(
        id: "TDSL0917",
        title: "nll_loss without log_softmax",
        messageFormat: "nll_loss takes logarithms of probabilities, but its input comes from {0}. Use cross_entropy with logits, or "
            + "log_softmax before.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0917.md");

    /// <summary>
    /// {0} without 'training:' {1}, whatever mode the model is in. Pass 'training: training', that of the module.
    /// </summary>
    public static readonly DiagnosticDescriptor DropoutWithoutTraining = new(
        id: "TDSL0918",
        title: "A function is not told whether the model trains",
        messageFormat: "{0} without 'training:' {1}, whatever mode the model is in. Pass 'training: training', that of the module.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0918.md");

    /// <summary>
    /// Loss '{0}' never reads '{1}': {2}. Compute the loss of what the model makes of the batch.
    /// </summary>
    public static readonly DiagnosticDescriptor UnusedParameter = new(
        id: "TDSL0919",
        title: "A loss ignores the model or the batch",
        messageFormat: "Loss '{0}' never reads '{1}': {2}. Compute the loss of what the model makes of the batch.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0919.md");

    /// <summary>
    /// Loss '{0}' {1}, so that no gradient comes to the model. Compute it by functions that have a gradient, outside of no_grad and
    /// inference_mode.
    /// </summary>
    public static readonly DiagnosticDescriptor NoGradient = new(
        id: "TDSL0920",
        title: "A loss without a gradient",
        messageFormat: "Loss '{0}' {1}, so that no gradient comes to the model. Compute it by functions that have a gradient, outside "
            + "of no_grad and inference_mode.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0920.md");

    /// <summary>
    /// What '{0}' returns is disposed when it returns: {1}. Call MoveToOuterDisposeScope() on the result, or do not dispose it.
    /// </summary>
    public static readonly DiagnosticDescriptor DisposedResult = new(
        id: "TDSL0921",
        title: "A result is disposed before it is used",
        messageFormat: "What '{0}' returns is disposed when it returns: {1}. Call MoveToOuterDisposeScope() on the result, or do not "
            + "dispose it.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0921.md");

    /// <summary>
    /// {0} '{1}' calls {2}, which the training loop does. Remove the call: the loop sets the mode and place of the model, and its gradients.
    /// </summary>
    public static readonly DiagnosticDescriptor ChangesModel = new(
        id: "TDSL0922",
        title: "A loss or metric changes the model",
        messageFormat: "{0} '{1}' calls {2}, which the training loop does. Remove the call: the loop sets the mode and place of the "
            + "model, and its gradients.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0922.md");

    /// <summary>
    /// '{0}' changes column '{1}' in place, so that whatever reads the same batch after it sees the changed values. Use the function that
    /// returns a new tensor.
    /// </summary>
    public static readonly DiagnosticDescriptor InPlace = new(
        id: "TDSL0923",
        title: "A column is changed in place",
        messageFormat: "'{0}' changes column '{1}' in place, so that whatever reads the same batch after it sees the changed values. "
            + "Use the function that returns a new tensor.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0923.md");

    /// <summary>
    /// The output has shape [batch, 1] and column '{0}' has shape [batch]: together they become [batch, batch], and the model learns the mean.
    /// Squeeze the output: .squeeze(1).
    /// </summary>
    public static readonly DiagnosticDescriptor Broadcast = new(
        id: "TDSL0924",
        title: "Output and target are broadcast",
        messageFormat: "The output has shape [batch, 1] and column '{0}' has shape [batch]: together they become [batch, batch], and "
            + "the model learns the mean. Squeeze the output: .squeeze(1).",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0924.md");

    /// <summary>
    /// '{0}' {1} static field '{2}', which all devices share: they run at the same time. Use no static field.
    /// </summary>
    public static readonly DiagnosticDescriptor StaticState = new(
        id: "TDSL0925",
        title: "Devices share a static field",
        messageFormat: "'{0}' {1} static field '{2}', which all devices share: they run at the same time. Use no static field.",
        category: "TrainDsl.Advice",
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpFolder + "TDSL0925.md");

    private static readonly Dictionary<string, DiagnosticDescriptor> ById = new[]
    {
        NothingToInferFrom,
        BatchTermNotPositive,
        BatchContradiction,
        BatchNotDivisible,
        BatchOverflow,
        MicroBatchTooLarge,
        GlobalBatchAboveDataset,
        DropLastDropsAll,
        AutoWithoutGlobalBatch,
        DropLastDropsNothing,
        MemoryNotPositive,
        NotPartial,
        Generic,
        Static,
        Abstract,
        ContainerNotPartial,
        FileLocal,
        ConstructorBypassesGenerated,
        ReservedMember,
        NotAClass,
        MarkedLocalFunction,
        InheritedMark,
        ObsoleteAsAnError,
        EmptyDataset,
        NameOfGeneratedMember,
        BaseClass,
        CannotBeNamed,
        ModelNotConstructible,
        UnknownBufferRule,
        MetricNamedLoss,
        ConstructorIsGenerated,
        NoModel,
        NotAModule,
        AbstractModel,
        NoModelConstructor,
        ModelFactorySignature,
        SecondModelFactory,
        ModelLocalToFile,
        NoDataset,
        DatasetWithoutColumns,
        DatasetOutOfReach,
        NoLoss,
        SecondLoss,
        ScoreNotStatic,
        ScoreParameters,
        ScoreReturnType,
        MetricNameEmpty,
        MetricNameTwice,
        HookSignature,
        NotADataset,
        NoRead,
        ReadSignature,
        ColumnTwice,
        ColumnNameNotIdentifier,
        ColumnNameReserved,
        ColumnSizeNotPositive,
        ColumnTooLarge,
        ColumnElementType,
        NoOptimizer,
        SecondOptimizer,
        LearningRate,
        Beta,
        Epsilon,
        Momentum,
        Dampening,
        NesterovWithoutMomentum,
        NesterovWithDampening,
        WeightDecay,
        ClipNorm,
        DecayOnly,
        OptimizerSettingWithoutEffect,
        SecondSchedule,
        WarmupNegative,
        WarmupTooLong,
        DecayBeforeWarmup,
        FinalFactor,
        StepDecayEvery,
        StepDecayFactor,
        DecayAfterRun,
        DecayToZeroBeforeEnd,
        DecayWithoutEffect,
        NoEnd,
        EpochsNotPositive,
        MaxStepsNotPositive,
        CheckpointNeverDue,
        HigherLossIsBest,
        EndNeverReached,
        NoTraining,
        CheckpointEverySteps,
        CheckpointEveryEpochs,
        CheckpointKeep,
        CheckpointKeepBest,
        LowerIsBetterWithoutKeepBest,
        NonFiniteAction,
        MicroBatchSaysNothing,
        SplitsCoupledSamples,
        AutoSplitsCoupledSamples,
        LossWaitsForDevice,
        BatchNormOfOneSample,
        FirstLayerMismatch,
        AccumulationNotNeeded,
        MicroBatchAboveMemory,
        HiddenLayers,
        LateLayers,
        NothingRegistered,
        BufferForParameter,
        ConditionalDraw,
        ColumnNotRead,
        TargetElementType,
        LayerElementType,
        MeanOfIntegers,
        SumAsMean,
        NoReduction,
        ActivationTwice,
        NoLogSoftmax,
        DropoutWithoutTraining,
        UnusedParameter,
        NoGradient,
        DisposedResult,
        ChangesModel,
        InPlace,
        Broadcast,
        StaticState,
    }.ToDictionary(descriptor => descriptor.Id);

    /// <summary>Every descriptor.</summary>
    public static IEnumerable<DiagnosticDescriptor> All => ById.Values;

    /// <summary>The descriptor with an id of the catalogue.</summary>
    public static DiagnosticDescriptor Get(string id) => ById[id];
}
