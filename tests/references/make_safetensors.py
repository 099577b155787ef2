"""Writes python-values.safetensors with struct and json alone, from the published description of the format; torch makes the values.

    python3 make_safetensors.py FOLDER

Tensors lie in the order given, so the odd sizes leave later ones at odd addresses: that is allowed.
"""
import json
import struct
import sys

import torch

VALUES = [-2.0, -0.0, 0.1, 1.0, 65504.0, float("inf")]

TENSORS = [
    ("flags", "BOOL", torch.tensor([True, False, True])),
    ("half", "F16", torch.tensor(VALUES, dtype=torch.float16).reshape(2, 3)),
    ("brain", "BF16", torch.tensor(VALUES, dtype=torch.bfloat16).reshape(3, 2)),
    ("single", "F32", torch.tensor(VALUES, dtype=torch.float32)),
    ("double", "F64", torch.tensor(VALUES, dtype=torch.float64)),
    ("long", "I64", torch.tensor(-(2 ** 63), dtype=torch.int64)),
    ("bytes", "U8", torch.tensor([[0, 255]], dtype=torch.uint8)),
    ("nothing", "I32", torch.zeros(3, 0, dtype=torch.int32)),
]


def raw(tensor):
    """The bytes of a tensor, row-major and little-endian. numpy has no bfloat16, so that goes as integers of its width."""
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    array = tensor.contiguous().numpy()
    return array.astype(array.dtype.newbyteorder("<")).tobytes()


def main():
    header = {"__metadata__": {"made by": "python"}}
    data = b""
    for name, dtype, tensor in TENSORS:
        content = raw(tensor)
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode("utf-8")
    with open(sys.argv[1] + "/python-values.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


main()
