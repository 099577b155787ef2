"""A strict reader of safetensors files, written from the published description of the format, independent of TrainDsl.

    python3 read_safetensors.py values FILE     prints the file as JSON: metadata, and dtype, shape, values and alignment of each tensor (needs numpy)
    python3 read_safetensors.py check BUNDLE    reads files packed as (u64 length, bytes)* and prints for each "ok" or "refused: why"
"""
import json
import struct
import sys

BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16,
    "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}
LARGEST = 2 ** 63 - 1


class Refused(Exception):
    pass


def require(condition, why):
    if not condition:
        raise Refused(why)


def pairs_without_duplicates(pairs):
    result = {}
    for key, value in pairs:
        require(key not in result, "duplicate key")
        result[key] = value
    return result


def unsigned(text):
    require(not text.startswith("-"), "negative number")
    return int(text)


def no_other_number(text):
    raise Refused("number that is no integer")


def is_size(value):
    return type(value) is int and value <= LARGEST


def check_text(text):
    require(isinstance(text, str), "not a string")
    text.encode("utf-8")


def check_tensor(info, data_length):
    require(isinstance(info, dict) and set(info) == {"dtype", "shape", "data_offsets"}, "keys of a tensor")
    require(isinstance(info["dtype"], str) and info["dtype"] in BITS, "dtype")
    require(isinstance(info["shape"], list) and all(map(is_size, info["shape"])), "shape")
    offsets = info["data_offsets"]
    require(isinstance(offsets, list) and len(offsets) == 2 and all(map(is_size, offsets)), "data_offsets")
    elements = 1
    for size in info["shape"]:
        elements *= size
        require(elements <= LARGEST, "overflow")
    bits = elements * BITS[info["dtype"]]
    require(bits <= LARGEST and bits % 8 == 0, "size")
    require(offsets[1] <= data_length and offsets[1] - offsets[0] == bits // 8, "size and offsets")


def parse(content):
    require(len(content) >= 8, "shorter than 8 bytes")
    (length,) = struct.unpack("<Q", content[:8])
    require(length <= 100_000_000 and length <= len(content) - 8, "header length")
    text = content[8:8 + length]
    data = content[8 + length:]
    require(text[:1] == b"{", "does not begin with {")
    try:
        header = json.loads(
            text.decode("utf-8"), object_pairs_hook=pairs_without_duplicates, parse_int=unsigned, parse_float=no_other_number,
            parse_constant=no_other_number)
        metadata = header.pop("__metadata__", {})
        require(isinstance(metadata, dict), "metadata")
        for key, value in metadata.items():
            check_text(key)
            check_text(value)
        for name, info in header.items():
            check_text(name)
            check_tensor(info, len(data))
    except (ValueError, RecursionError) as error:
        raise Refused(str(error))
    end = 0
    for begin, tensor_end in sorted(info["data_offsets"] for info in header.values()):
        require(begin == end, "hole or overlap")
        end = tensor_end
    require(end == len(data), "bytes that belong to no tensor")
    return metadata, header, data, 8 + length


def values(dtype, content):
    import numpy

    plain = {"BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4", "U64": "<u8", "I64": "<i8", "F16": "<f2",
             "F32": "<f4", "F64": "<f8"}
    if dtype == "BF16":
        return (numpy.frombuffer(content, "<u2").astype("<u4") << 16).view("<f4").tolist()
    return numpy.frombuffer(content, plain.get(dtype, "u1")).tolist()


def print_values(path):
    with open(path, "rb") as file:
        metadata, header, data, start = parse(file.read())
    tensors = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        tensors[name] = {
            "dtype": info["dtype"], "shape": info["shape"], "values": values(info["dtype"], data[begin:end]),
            "aligned": (start + begin) % max(1, BITS[info["dtype"]] // 8) == 0}
    print(json.dumps({"metadata": metadata, "names": list(header), "tensors": tensors}))


def print_verdicts(path):
    with open(path, "rb") as file:
        while length := file.read(8):
            try:
                parse(file.read(struct.unpack("<Q", length)[0]))
                print("ok")
            except Refused as error:
                print("refused:", ascii(str(error)))


{"values": print_values, "check": print_verdicts}[sys.argv[1]](sys.argv[2])
