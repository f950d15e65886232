"""PyTorch: eager, torch.compile, and TorchScript (traced), on tensors that share the arguments' memory."""

import numpy as np
import torch

from bench.peers.base import Peer, Program, converted, split, statement


class TorchPeer(Peer):
    refusals = (torch._dynamo.exc.TorchDynamoException, torch.jit.Error)

    def __init__(self, name: str, compile):
        super().__init__(name)
        self.compile = compile

    def version(self) -> str:
        return f"PyTorch {torch.__version__}"

    def build(self, case, args, threads):
        torch.set_num_threads(threads)
        stated = statement(case, "torch_")(torch)
        arrays, place = split(args)
        tensors = tuple(torch.from_numpy(array) for array in arrays)
        # A trace calls the function: on copies, as it may write to its arguments.
        function, arguments = self.compile(stated, place, tensors)

        def numpy_of(value):
            return converted(value, torch.Tensor, lambda tensor: np.asarray(tensor.detach()))

        torch.set_grad_enabled(False)
        return Program(function, arguments, args, numpy_of)


def eager(stated, place, tensors):
    return stated, place(tensors)


def compiled(stated, place, tensors):
    return torch.compile(stated), place(tensors)


def traced(stated, place, tensors):
    copies = tuple(tensor.clone() for tensor in tensors)
    return torch.jit.trace(lambda *items: stated(*place(items)), copies, check_trace=False), tensors


EAGER = TorchPeer("torch", eager)
COMPILED = TorchPeer("torch.compile", compiled)
SCRIPT = TorchPeer("TorchScript", traced)
