using System;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>Stands for the end of the process: no code of the store may catch it.</summary>
internal sealed class KilledException : Exception;
