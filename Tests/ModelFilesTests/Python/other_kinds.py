"""Writes files with a tensor `weight` of ones to three among tensors of kinds that Primer does not read.

    other_kinds.py FOLDER

Made with torch 2.13.0 and safetensors 0.8.
"""
import sys, warnings

warnings.filterwarnings("ignore")
import torch
from safetensors.torch import save_file

folder = sys.argv[1]
weight = torch.tensor([1.0, 2.0, 3.0])
floats = {"weight": weight, "c": torch.ones(2, dtype=torch.complex64), "f8": weight.to(torch.float8_e4m3fn), "u": torch.ones(2, dtype=torch.uint16)}
others = floats | {
    "q": torch.quantize_per_tensor(weight, 0.1, 0, torch.quint8), "s": torch.eye(2).to_sparse(), "n": weight.numpy(), "p": torch.nn.Parameter(weight.to(torch.complex128)),
    "csr": torch.eye(2).to_sparse_csr(), "scale": 0.5, "step": 7, "name": "x", "list": [weight, None],
}
torch.save(others, f"{folder}/other-kinds.bin")
torch.save({k: v for k, v in others.items() if k not in ("f8", "u")}, f"{folder}/other-kinds-old.bin", _use_new_zipfile_serialization=False)
save_file(floats, f"{folder}/other-kinds.safetensors")
