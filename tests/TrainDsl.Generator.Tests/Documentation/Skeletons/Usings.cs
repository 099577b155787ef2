// The usings of every fragment.
global using System;
global using System.Collections.Generic;
global using System.IO;
global using System.Threading;
global using Microsoft.Extensions.DependencyInjection;
global using Microsoft.Extensions.Logging;
global using TorchSharp;
global using TrainDsl;
global using TrainDsl.Monitoring;
global using static TorchSharp.torch;
global using static TorchSharp.torch.nn;
