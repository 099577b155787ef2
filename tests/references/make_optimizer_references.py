#!/usr/bin/python3
"""Makes the reference files that tests/TrainDsl.Tests/Numerics compares training with.

    /usr/bin/python3 tests/references/make_optimizer_references.py

Written for Debian 12's python3-torch (1.13) and python3-numpy; any later PyTorch computes the same to rounding. Each case trains
a 16-32-4 MLP for 50 steps in float32 on the CPU with torch.optim, clip_grad_norm_ and LambdaLR, always on whole global batches:
how TrainDsl splits them into micro-batches must not matter. Weights and data are drawn from a fixed seed and stored too, so that
reading the files needs neither this script nor its random numbers.

Before a case is written, the script makes sure that it can tell right from wrong:
- the same run in float64 ends within half of the tests' tolerance: rounding in float32 does not drown the comparison;
- every setting of the case matters: changed alone, it moves the weights by far more than the tolerance;
- where there is clipping, it happens in some steps and not in others.
"""

import copy
import json
import math
import pathlib

import numpy
import torch

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "TrainDsl.Tests" / "Numerics" / "References"
STEPS = 50
GLOBAL_BATCH = 32
SAMPLES = 160
PARTIAL_SAMPLES = 150  # 4 global batches of 32 and one of 22: two micro-batches of 8 and one of 6
INPUTS, HIDDEN, OUTPUTS = 16, 32, 4
TOLERANCE = 1e-5
SENSITIVITY = 100 * TOLERANCE

CONSTANT = {"kind": "constant", "warmupSteps": 0}

# One entry a case. "without" names settings whose change alone must show in the weights, with the values they change to.
CASES = {
    "adamw-cosine-clipped": {
        "optimizer": {"kind": "adamw", "learningRate": 3e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.05},
        "schedule": {"kind": "cosine", "warmupSteps": 10},
        "clipNorm": 0.4,
        "without": {
            "optimizer.weightDecay": 0.0, "optimizer.beta1": 0.8, "optimizer.beta2": 0.99,
            "schedule.warmupSteps": 0, "schedule.kind": "linear", "clipNorm": None},
    },
    "adamw-linear-matrices": {
        "optimizer": {"kind": "adamw", "learningRate": 2e-3, "beta1": 0.85, "beta2": 0.98, "epsilon": 1e-6, "weightDecay": 0.5},
        "decayOnly": "matrices",
        "schedule": {"kind": "linear", "warmupSteps": 5, "decaySteps": 40, "finalFactor": 0.1},
        "without": {"decayOnly": "all", "schedule.finalFactor": 0.0, "schedule.decaySteps": 50, "optimizer.epsilon": 1e-3},
    },
    "adam-constant": {
        "optimizer": {"kind": "adam", "learningRate": 2e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.0},
        "schedule": {"kind": "constant", "warmupSteps": 10},
        "without": {"optimizer.weightDecay": 0.01, "schedule.warmupSteps": 0},
    },
    "adam-cosine-decayed-clipped": {
        "optimizer": {"kind": "adam", "learningRate": 2e-3, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-7, "weightDecay": 0.02},
        "decayOnly": "matrices",
        "schedule": {"kind": "cosine", "warmupSteps": 4, "decaySteps": 45, "finalFactor": 0.2},
        "clipNorm": 0.4,
        "without": {
            "optimizer.kind": "adamw", "decayOnly": "all", "schedule.finalFactor": 0.0, "schedule.decaySteps": 50,
            "schedule.warmupSteps": 0, "clipNorm": None},
    },
    "sgd-constant": {
        "optimizer": {"kind": "sgd", "learningRate": 0.1, "momentum": 0.0, "dampening": 0.0, "nesterov": False, "weightDecay": 0.0},
        "schedule": CONSTANT,
        "without": {"optimizer.momentum": 0.1, "schedule.warmupSteps": 5},
    },
    "sgd-momentum-step-clipped": {
        "optimizer": {"kind": "sgd", "learningRate": 0.1, "momentum": 0.9, "dampening": 0.3, "nesterov": False, "weightDecay": 0.01},
        "schedule": {"kind": "step", "warmupSteps": 6, "everySteps": 15, "factor": 0.5},
        "clipNorm": 0.4,
        "without": {
            "optimizer.dampening": 0.0, "optimizer.weightDecay": 0.0, "schedule.everySteps": 16, "schedule.factor": 0.1,
            "schedule.warmupSteps": 0, "clipNorm": None},
    },
    "sgd-nesterov-linear-matrices-clipped": {
        "optimizer": {"kind": "sgd", "learningRate": 0.05, "momentum": 0.8, "dampening": 0.0, "nesterov": True, "weightDecay": 0.02},
        "decayOnly": "matrices",
        "schedule": {"kind": "linear", "warmupSteps": 8},
        "clipNorm": 0.4,
        "without": {"optimizer.nesterov": False, "decayOnly": "all", "schedule.kind": "cosine", "clipNorm": None},
    },
    "sgd-partial-batch": {
        "samples": PARTIAL_SAMPLES,
        "optimizer": {"kind": "sgd", "learningRate": 0.1, "momentum": 0.5, "dampening": 0.0, "nesterov": False, "weightDecay": 0.001},
        "schedule": {"kind": "cosine", "warmupSteps": 5},
        "without": {"dropLast": True, "partialMeanOf": 8},
    },
    "adamw-partial-batch-clipped": {
        "samples": PARTIAL_SAMPLES,
        "optimizer": {"kind": "adamw", "learningRate": 3e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.01},
        "schedule": {"kind": "constant", "warmupSteps": 10},
        "clipNorm": 0.5,
        "without": {"dropLast": True, "partialMeanOf": 8, "clipNorm": None},
    },
    "sgd-dropped-batch-clipped": {
        "samples": PARTIAL_SAMPLES,
        "dropLast": True,
        "optimizer": {"kind": "sgd", "learningRate": 0.1, "momentum": 0.9, "dampening": 0.0, "nesterov": False, "weightDecay": 0.0},
        "schedule": {"kind": "step", "warmupSteps": 5, "everySteps": 20, "factor": 0.3},
        "clipNorm": 0.4,
        "without": {"dropLast": False, "clipNorm": None},
    },
    "sgd-weighted": {
        "loss": "weighted",
        "optimizer": {"kind": "sgd", "learningRate": 0.1, "momentum": 0.6, "dampening": 0.0, "nesterov": True, "weightDecay": 0.001},
        "schedule": {"kind": "cosine", "warmupSteps": 5, "finalFactor": 0.05},
        "without": {"loss": "weightedBySample", "partialMeanOf": 8},
    },
    "adamw-weighted-partial-batch-clipped": {
        "loss": "weighted",
        "samples": PARTIAL_SAMPLES,
        "optimizer": {"kind": "adamw", "learningRate": 3e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.01},
        "schedule": {"kind": "linear", "warmupSteps": 10},
        "clipNorm": 0.6,
        "without": {"loss": "weightedBySample", "partialMeanOf": 8, "clipNorm": None},
    },
}


def make_data():
    # The legacy generator: numpy promises that its stream never changes.
    random = numpy.random.RandomState(20240607)
    inputs = random.uniform(-1, 1, (SAMPLES, INPUTS)).astype(numpy.float32)
    teacher = random.normal(size=(INPUTS, OUTPUTS))
    scores = inputs @ teacher + random.normal(scale=0.3, size=(SAMPLES, OUTPUTS))
    # A weight for each output position: some positions are left out, and a sample's weight depends on where it lies in its global
    # batch, so that micro-batches of 8 weigh about 1 : 3 : 5 : 7.
    weights = random.uniform(0.2, 1, (SAMPLES, OUTPUTS)) * (random.uniform(size=(SAMPLES, OUTPUTS)) > 0.3)
    weights *= (1 + 2 * (numpy.arange(SAMPLES) % GLOBAL_BATCH // 8))[:, None]

    def layer(inputs, outputs):
        bound = 1 / math.sqrt(inputs)
        return (random.uniform(-bound, bound, (outputs, inputs)).astype(numpy.float32),
                random.uniform(-bound, bound, outputs).astype(numpy.float32))

    hidden, output = layer(INPUTS, HIDDEN), layer(HIDDEN, OUTPUTS)
    return {
        "inputs": inputs,
        "labels": scores.argmax(1).astype(numpy.int64),
        "targets": numpy.tanh(scores).astype(numpy.float32),
        "weights": weights.astype(numpy.float32),
        "parameters": {
            "hidden.weight": hidden[0], "hidden.bias": hidden[1], "output.weight": output[0], "output.bias": output[1]},
    }


def make_model(data, dtype):
    model = torch.nn.Sequential()
    model.add_module("hidden", torch.nn.Linear(INPUTS, HIDDEN))
    model.add_module("activation", torch.nn.Tanh())
    model.add_module("output", torch.nn.Linear(HIDDEN, OUTPUTS))
    model.load_state_dict({name: torch.from_numpy(value) for name, value in data["parameters"].items()})
    return model.to(dtype)


def make_optimizer(case, model):
    settings = case["optimizer"]
    parameters = list(model.parameters())
    groups = [{"params": parameters}]
    if case["decayOnly"] == "matrices":
        groups = [{"params": [p for p in parameters if p.dim() >= 2]},
                  {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0}]
    common = {"lr": settings["learningRate"], "weight_decay": settings["weightDecay"]}
    if settings["kind"] == "sgd":
        return torch.optim.SGD(
            groups, momentum=settings["momentum"], dampening=settings["dampening"], nesterov=settings["nesterov"], **common)
    adam = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings["kind"]]
    return adam(groups, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"], **common)


def factor(schedule, step):
    """The schedules as TrainDsl documents them; step counts from 0."""
    warmup = schedule["warmupSteps"]
    if step < warmup:
        return (step + 1) / warmup
    if schedule["kind"] == "constant":
        return 1.0
    if schedule["kind"] == "step":
        return schedule["factor"] ** ((step - warmup) // schedule["everySteps"])
    end = schedule.get("decaySteps", STEPS)
    final = schedule.get("finalFactor", 0.0)
    progress = min(1.0, (step - warmup) / (end - warmup))
    if schedule["kind"] == "linear":
        return 1 - (1 - final) * progress
    return final + (1 - final) * (1 + math.cos(math.pi * progress)) / 2


def global_batch(case, step):
    """The samples of a step as (start, end): epochs in the dataset's own order."""
    samples = case["samples"]
    per_epoch = samples // GLOBAL_BATCH if case["dropLast"] else -(-samples // GLOBAL_BATCH)
    start = step % per_epoch * GLOBAL_BATCH
    return start, min(start + GLOBAL_BATCH, samples)


def loss_of(case, model, data, start, end):
    dtype = next(model.parameters()).dtype

    def column(name):
        tensor = torch.from_numpy(data[name][start:end])
        return tensor.to(dtype) if tensor.is_floating_point() else tensor

    outputs = model(column("inputs"))
    if case["loss"] == "mean":
        return torch.nn.functional.cross_entropy(outputs, column("labels"))
    weights = column("weights")
    if case["loss"] == "weightedBySample":  # a wrong way: the weights do not count
        weights = torch.ones_like(weights)
    return (weights * (outputs - column("targets")) ** 2).sum() / weights.sum()


def global_loss(case, model, data, start, end):
    micro = case.get("partialMeanOf")
    if micro is None:
        return loss_of(case, model, data, start, end)
    # A wrong way: the plain mean of the micro-batches' means, however much each of them weighs.
    starts = range(start, end, micro)
    return sum(loss_of(case, model, data, s, min(s + micro, end)) for s in starts) / len(starts)


def train(case, data, dtype=torch.float32):
    model = make_model(data, dtype)
    optimizer = make_optimizer(case, model)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(case["schedule"], step))
    losses, rates, norms = [], [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = global_loss(case, model, data, *global_batch(case, step))
        loss.backward()
        if case["clipNorm"] is not None:
            norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), case["clipNorm"]).item())
        losses.append(loss.item())
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return {name: p.detach().numpy() for name, p in model.named_parameters()}, losses, rates, norms


def last_gradient(case, data):
    """The gradient of an epoch's last global batch at the initial weights."""
    per_epoch = case["samples"] // GLOBAL_BATCH if case["dropLast"] else -(-case["samples"] // GLOBAL_BATCH)
    start, end = global_batch(case, per_epoch - 1)
    model = make_model(data, torch.float32)
    loss_of(case, model, data, start, end).backward()
    return {"start": start, "samples": end - start, "parameters": {name: p.grad.numpy() for name, p in model.named_parameters()}}


def relative_error(actual, expected):
    """As in the tests: each element's error relative to itself, or to its tensor's root mean square where that is larger."""
    return max(
        (numpy.abs(actual[name].astype(numpy.float64) - value)
         / numpy.maximum(numpy.abs(value), math.sqrt(numpy.mean(value.astype(numpy.float64) ** 2)))).max()
        for name, value in expected.items())


def changed(case, setting, value):
    result = copy.deepcopy(case)
    *path, name = setting.split(".")
    target = result
    for part in path:
        target = target[part]
    target[name] = value
    return result


def check(name, case, without, data, weights, norms):
    rounding = relative_error(train(case, data, torch.float64)[0], weights)
    if rounding > TOLERANCE / 2:
        raise SystemExit(f"{name}: float32 is {rounding:.1e} away from float64; the case is too ill-conditioned to compare.")
    for setting, value in without.items():
        effect = relative_error(train(changed(case, setting, value), data)[0], weights)
        if effect < SENSITIVITY:
            raise SystemExit(f"{name}: {setting} = {value} moves the weights by {effect:.1e} alone; a mistake there would not show.")
    clipped = [norm > case["clipNorm"] for norm in norms]
    if norms and (all(clipped) or not any(clipped)):
        raise SystemExit(f"{name}: {sum(clipped)} of {len(clipped)} steps are clipped; some should be, and some not.")
    return rounding, sum(clipped)


def plain(value):
    """Arrays as flat lists of the shortest decimals that read back as the same float32."""
    if isinstance(value, numpy.ndarray):
        values = value.ravel()
        return [int(v) for v in values] if value.dtype == numpy.int64 else [float(str(v)) for v in values]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def write(name, content):
    text = json.dumps(plain(content), indent=None, separators=(", ", ": "))
    # One line a member of the outermost object, so that a change shows where it is.
    members = json.loads(text)
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in members.items()]
    (OUTPUT / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    data = make_data()
    write("data", {"torch": torch.__version__, "samples": SAMPLES, "shape": [INPUTS, HIDDEN, OUTPUTS], **data})
    for name, entry in CASES.items():
        case = {"loss": "mean", "samples": SAMPLES, "dropLast": False, "decayOnly": "all", "clipNorm": None, **entry}
        without = case.pop("without")
        weights, losses, rates, norms = train(case, data)
        rounding, clipped = check(name, case, without, data, weights, norms)
        write(name, {
            "torch": torch.__version__, "steps": STEPS, "globalBatch": GLOBAL_BATCH, **case,
            "losses": losses, "learningRates": rates, "gradientNorms": norms,
            "lastGradient": last_gradient(case, data), "parameters": weights})
        print(f"{name}: loss {losses[0]:.3f} -> {losses[-1]:.3f}, {clipped} of {len(norms)} clipped, float64 is {rounding:.1e} away")


if __name__ == "__main__":
    main()
