"""Makes an int8 model of an ONNX file, as ONNX Runtime's own tools do it: QDQ, weights per channel, calibrated on normal random numbers."""

import sys

import numpy
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process


class Numbers(CalibrationDataReader):
    """A few batches for the only input of a model."""

    def __init__(self, path):
        value = onnx.load(path).graph.input[0]
        shape = [axis.dim_value or 16 for axis in value.type.tensor_type.shape.dim]
        random = numpy.random.default_rng(1)
        self.batches = iter(
            [{value.name: random.standard_normal(shape, numpy.float32)} for _ in range(8)]
        )

    def get_next(self):
        return next(self.batches, None)


def main(source, target):
    prepared = target + ".prepared"
    quant_pre_process(source, prepared)
    quantize_static(
        prepared,
        target,
        Numbers(source),
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
