package io.github.bn4j.engine.onednn.internal.binding;

/**
 * What a pooling makes one number of, and how it moves: a number for each axis along which it does.
 *
 * @param algorithm oneDNN's number of what is made
 * @param before how many places are added in front
 * @param after how many places are added behind
 */
@SuppressWarnings("ArrayRecordComponent")
public record PoolingWindow(int algorithm, long[] kernel, long[] strides, long[] before, long[] after) {}
