"""Loads a model.safetensors of the resuming tests into a PyTorch module of the same names, strictly, and evaluates it.

    python3 load_model.py MODEL     prints the outputs of the module, in eval mode, for its first eight samples as JSON (needs torch)
"""
import json
import math
import struct
import sys

import torch

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.nn.Linear(8, 16)
        self.norm = torch.nn.BatchNorm1d(16)
        self.dropout = torch.nn.Dropout(0.3)
        self.again = torch.nn.Linear(16, 16)
        self.tied = torch.nn.Linear(16, 16, bias=False)
        self.tied.weight = self.again.weight
        self.frozen = torch.nn.Linear(16, 16)
        self.output = torch.nn.Linear(16, 4)

    def forward(self, inputs):
        hidden = self.dropout(torch.relu(self.norm(self.hidden(inputs))))
        return self.output(self.frozen(self.tied(torch.tanh(self.again(hidden)))))


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    assert header.pop("__metadata__") == {"format": "pt"}
    tensors = {}
    for name, info in header.items():
        begin, end = (8 + length + offset for offset in info["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(content[begin:end]), dtype=DTYPES[info["dtype"]]).reshape(info["shape"])
    return tensors


model = Model()
model.load_state_dict(read(sys.argv[1]), strict=True)
model.eval()
inputs = torch.tensor([[math.sin(sample * 8 + i) for i in range(8)] for sample in range(8)], dtype=torch.float32)
with torch.no_grad():
    print(json.dumps(model(inputs).flatten().tolist()))
