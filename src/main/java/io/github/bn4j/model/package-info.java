/**
 * Reference networks, one file each, as their papers have them and with the details of torchvision: {@code
 * ResNet.of(18).classes(10).build(42)}. Each is an immutable description that is made of layers as yours would be; names and shapes of
 * its parameters are those of torchvision's state dict, but for the last word.
 */
@NullMarked
package io.github.bn4j.model;

import org.jspecify.annotations.NullMarked;
