using System;
using System.IO;
using Digits;
using TrainDsl;

string path = Path.Combine(AppContext.BaseDirectory, "Data", "digits.csv.gz");
(DigitImages trainingImages, DigitImages validationImages) = DigitImages.Load(path, trainingShare: 0.8, seed: 1);

using var training = new DigitTraining(trainingImages);
TrainingResult result = training.Run(new TrainingOptions { Validation = validationImages });

// A run that is interrupted in its first epoch has validated nothing.
Console.WriteLine(result.Validation is { } validation
    ? $"Validation accuracy {validation["accuracy"]:P2} after {result.Steps} steps."
    : $"No validation yet after {result.Steps} steps.");

// With [Checkpoint] declared, a disk that refuses the last checkpoint is told by the exit code.
return result.CheckpointFailure is null ? 0 : 1;
