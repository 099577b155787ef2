"""One training of the paired benchmark in PyTorch's eager mode, block by block.

usage: steps.py MODEL LEAD_IN STEPS THREADS FOLDER

FOLDER holds the initial weights, the inputs and the labels as the benchmark wrote them: flat arrays of float32, float32 and int64.
Says "ready"; for each line on standard input makes LEAD_IN steps, then STEPS timed ones, and answers with the milliseconds a step
and "nan" for the managed bytes, of which there are none.
"""

import sys
import time

import torch
from torch import nn

BATCH_SIZE = 32

MODELS = {
    "tiny": ((16,), lambda: nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4))),
    "mlp": ((784,), lambda: nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))),
    "cnn": (
        (1, 28, 28),
        lambda: nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(32 * 7 * 7, 10))),
}


def read(folder, name, dtype):
    with open(f"{folder}/{name}", "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


def main(name, lead_in, steps, threads, folder):
    torch.set_num_threads(int(threads))
    shape, new_model = MODELS[name]
    model = new_model()
    weights = read(folder, "weights", torch.float32)
    if weights.numel() != sum(parameter.numel() for parameter in model.parameters()):
        sys.exit(f"{name} has other parameters here than in the benchmark.")
    nn.utils.vector_to_parameters(weights, model.parameters())
    inputs = read(folder, "inputs", torch.float32).reshape(-1, BATCH_SIZE, *shape).unbind()
    labels = read(folder, "labels", torch.int64).reshape(-1, BATCH_SIZE).unbind()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model.train()
    made = 0

    def run(count):
        nonlocal made
        for _ in range(count):
            batch = made % len(inputs)
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(inputs[batch]), labels[batch]).backward()
            optimizer.step()
            made += 1

    run(1)
    print("ready", flush=True)
    for _ in sys.stdin:
        run(int(lead_in))
        start = time.perf_counter()
        run(int(steps))
        print((time.perf_counter() - start) * 1e3 / int(steps), "nan", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
