using System;
using Moons._1;
using TrainDsl;

var trainingPoints = new MoonPoints(count: 2000, noise: 0.1, seed: 1);
var validationPoints = new MoonPoints(count: 500, noise: 0.1, seed: 2);

using var training = new MoonTraining(trainingPoints);
TrainingResult result = training.Run(new TrainingOptions { Validation = validationPoints });

Console.WriteLine($"Validation accuracy {result.Validation!["accuracy"]:P2} after {result.Steps} steps.");

// With [Checkpoint] declared, a disk that refuses the last checkpoint is told by the exit code.
return result.CheckpointFailure is null ? 0 : 1;
