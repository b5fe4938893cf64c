"""Prints what TensorBoard reads in the folder of a run as JSON: python3 read_events.py FOLDER

Needs the modules tensorboard, numpy, protobuf and absl, and no TensorFlow.
"""

import json
import sys

from tensorboard.backend.event_processing import event_accumulator

events = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={
    kind: 0 for kind in (event_accumulator.SCALARS, event_accumulator.HISTOGRAMS, event_accumulator.IMAGES,
                         event_accumulator.TENSORS)})
events.Reload()
tags = events.Tags()
result = {
    "version": events.FirstEventTimestamp() > 1.7e9,
    "scalars": {tag: [[event.step, event.value] for event in events.Scalars(tag)] for tag in tags["scalars"]},
    "histograms": {
        tag: [[event.step, event.histogram_value.min, event.histogram_value.max, event.histogram_value.num,
               event.histogram_value.sum, event.histogram_value.sum_squares, event.histogram_value.bucket_limit,
               event.histogram_value.bucket] for event in events.Histograms(tag)]
        for tag in tags["histograms"]},
    "images": {
        tag: [[event.step, event.width, event.height, event.encoded_image_string.hex()]
              for event in events.Images(tag)] for tag in tags["images"]},
    "texts": {
        tag: [[event.step, [text.decode("utf-8") for text in event.tensor_proto.string_val]]
              for event in events.Tensors(tag)]
        for tag in tags["tensors"] if events.SummaryMetadata(tag).plugin_data.plugin_name == "text"},
    "graph": [
        [node.name, node.op, list(node.input),
         [dimension.size for dimension in node.attr["_output_shapes"].list.shape[0].dim],
         node.attr["layer"].s.decode("ascii")]
        for node in events.Graph().node] if tags["graph"] else [],
}
print(json.dumps(result))
