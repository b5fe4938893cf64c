package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import java.util.Map;
import java.util.Optional;

/**
 * Where the values of each channel lie: row {@code r} of run {@code n} holds, one after the other, a value of each of the
 * {@code lanes} channels of block {@code b}, from element {@code ((n · blocks + b) · rows + r) · lanes} on.
 *
 * @param runs how many runs each block has
 * @param blocks how many blocks of channels there are
 * @param rows rows of a run
 * @param lanes channels of a block, of which the last block may have too many
 */
record ChannelRuns(int runs, int blocks, int rows, int lanes) {

    private static final Map<ChannelOrder, Integer> LANES =
            Map.of(ChannelOrder.IN_SIXTEENS, 16, ChannelOrder.IN_EIGHTS, 8);

    /** How the channels of a batch lie; empty if in none of the layouts that are known here. Row-major order always is. */
    static Optional<ChannelRuns> of(Resources resources, Layout layout) {
        long[] dims = layout.dims();
        int examples = (int) dims[0];
        int channels = (int) dims[1];
        int positions = (int) (layout.elements() / examples / channels);
        if (layout.same(Layout.plain(resources, dims))) {
            return Optional.of(
                    dims.length == 2
                            ? new ChannelRuns(1, 1, examples, channels)
                            : new ChannelRuns(examples, channels, positions, 1));
        }
        if (dims.length < 3 || dims.length > 4) {
            return Optional.empty();
        }
        if (layout.same(Layout.images(resources, ElementType.FLOAT32, ChannelOrder.LAST, dims))) {
            return Optional.of(new ChannelRuns(examples, 1, positions, channels));
        }
        for (Map.Entry<ChannelOrder, Integer> order : LANES.entrySet()) {
            if (layout.same(Layout.images(resources, ElementType.FLOAT32, order.getKey(), dims))) {
                int lanes = order.getValue();
                return Optional.of(new ChannelRuns(examples, (channels + lanes - 1) / lanes, positions, lanes));
            }
        }
        return Optional.empty();
    }

    /** How many values each channel has. */
    long count() {
        return (long) runs * rows;
    }

    /** The first element of a row of a block's values, counted through all its runs. */
    int element(int block, long row) {
        return (int) (((row / rows * blocks + block) * rows + row % rows) * lanes);
    }
}
