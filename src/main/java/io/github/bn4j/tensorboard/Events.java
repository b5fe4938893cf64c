package io.github.bn4j.tensorboard;

import java.util.Arrays;
import org.nd4j.shade.protobuf.ByteString;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.Summary;
import org.tensorflow.framework.SummaryMetadata;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/** What is said of one step, value by value, each under a tag; the part of a tag before a slash is its group. */
final class Events {

    private final Summary.Builder summary = Summary.newBuilder();

    /** A number; also NaN, which TensorBoard marks in its curve. */
    Events scalar(String tag, double value) {
        summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
        return this;
    }

    /** The distribution of those values that are finite, if there are any. */
    Events histogram(String tag, double[] values) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        if (finite.length > 0) {
            summary.addValue(Summary.Value.newBuilder().setTag(tag).setHisto(Histogram.of(finite)));
        }
        return this;
    }

    /** A text in Markdown. */
    Events text(String tag, String markdown) {
        summary.addValue(Summary.Value.newBuilder()
                .setTag(tag)
                .setMetadata(SummaryMetadata.newBuilder()
                        .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("text")))
                .setTensor(TensorProto.newBuilder()
                        .setDtype(DataType.DT_STRING)
                        .setTensorShape(TensorShapeProto.getDefaultInstance())
                        .addStringVal(ByteString.copyFromUtf8(markdown))));
        return this;
    }

    /** An image. */
    Events image(String tag, Summary.Image image) {
        summary.addValue(Summary.Value.newBuilder().setTag(tag).setImage(image));
        return this;
    }

    Summary summary() {
        return summary.build();
    }
}
