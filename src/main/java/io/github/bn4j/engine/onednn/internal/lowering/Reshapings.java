package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;

/** The same row-major memory under another shape. */
final class Reshapings {

    private Reshapings() {}

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        Resources resources = compiler.resources();
        Buffer x = compiler.plain(call.input(0));
        Layout layout = Layout.plain(resources, compiler.dims(call.output()));
        compiler.define(call.output(), x.view(layout));
        return dy -> compiler.gradient(call.input(0), compiler.plain(dy).view(x.layout));
    }
}
