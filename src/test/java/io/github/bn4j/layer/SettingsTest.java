package io.github.bn4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.GroupNormalization;
import io.github.bn4j.op.LayerNormalization;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.OneHot;
import io.github.bn4j.op.Resizing;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.SpatialPadding;
import io.github.bn4j.op.TransposedConvolution;
import io.github.bn4j.op.Upsampling;
import io.github.bn4j.op.function.ClippedLine;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.Power;
import io.github.bn4j.train.AdaGrad;
import io.github.bn4j.train.Adadelta;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.AdamW;
import io.github.bn4j.train.AmsGrad;
import io.github.bn4j.train.Lamb;
import io.github.bn4j.train.Lars;
import io.github.bn4j.train.Lion;
import io.github.bn4j.train.Muon;
import io.github.bn4j.train.NAdam;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.RmsProp;
import io.github.bn4j.train.Sgd;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Numbers that no layer, op or optimiser can work with are refused in the call that sets them. */
class SettingsTest {

    /** One of each record with numbers in it. */
    private static final List<Record> VALID = List.of(
            Dense.of(2),
            Conv2d.of(2, 3),
            Conv1d.of(2, 3),
            ConvTranspose1d.of(2, 3),
            MaxPool1d.of(2),
            AvgPool1d.of(2),
            SpatialDropout1d.of(0.5),
            DepthwiseConv2d.of(3),
            SeparableConv2d.of(2, 3),
            ConvTranspose2d.of(2, 3),
            Embedding.of(5, 3),
            MaxPool2d.of(2),
            AvgPool2d.of(2),
            LeakyRelu.of(),
            Elu.of(),
            Dropout.of(0.5),
            SpatialDropout2d.of(0.5),
            LayerNorm.of(),
            GroupNorm.of(2),
            InstanceNorm2d.of(),
            Upsample1d.of(2),
            Upsample2d.of(2),
            ZeroPad2d.of(1),
            ReflectPad2d.of(1),
            BatchNorm.DEFAULT,
            BatchNorm1d.of(),
            BatchNorm2d.of(),
            BatchNorm.DEFAULT.affine(),
            RunningAverage.keep(0.9),
            new Statistics.Ghost(2),
            new Statistics.Renorm(3, 5),
            Clip.of(0, 6),
            new Clipping(0, 6),
            new ExponentialLinear(1),
            new ClippedLine(0.2, 0.5),
            new LeakyRectifier(0.1),
            new Line(2, 1),
            new Power(3),
            new AveragePooling(2, 2, Sliding.BY_ONE, Sliding.BY_ONE, false),
            new MaxPooling(2, 2, Sliding.BY_ONE, Sliding.BY_ONE),
            new BatchNormalization(1e-5, true, true, Statistics.batch(), new RunningAverages(0.1, true, true), true),
            new RunningAverages(0.1, true, true),
            new Concatenation(0),
            new Convolution(Sliding.BY_ONE, Sliding.BY_ONE, 1),
            new TransposedConvolution(Sliding.BY_ONE, Sliding.BY_ONE, 0, 0, 1),
            new GroupNormalization(2, 1e-5, true, true),
            new LayerNormalization(1e-5, true, true),
            new Masking(0.5, Masking.Unit.ELEMENT),
            StochasticDepth.of(0.5),
            Resize2d.of(2, 3),
            AdaptiveAvgPool1d.of(2),
            AdaptiveAvgPool2d.of(2),
            AdaptiveMaxPool1d.of(2),
            AdaptiveMaxPool2d.of(2),
            ChannelShuffle.of(2),
            ConstantPad2d.of(1, 2),
            EdgePad2d.of(1),
            new Resizing(2, 3, Resizing.Mode.MEAN),
            new AdaptiveMaxPooling(2, 3),
            new OneHot(3),
            new Slicing(0, 0, 1),
            new SpatialPadding(1, 1, 1, 1, SpatialPadding.Mode.CONSTANT),
            new Upsampling(2),
            Sgd.of(0.1),
            Adam.of(1e-3),
            AdamW.of(1e-3),
            AmsGrad.of(1e-3),
            NAdam.of(1e-3),
            RmsProp.of(1e-3),
            AdaGrad.of(1e-3),
            Adadelta.of(),
            Lion.of(1e-4),
            Lamb.of(1e-3),
            Lars.of(1),
            Muon.of(0.02));

    @Test
    void knowsEveryRecordWithNumbers() {
        List<String> missing = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(
                                "io.github.bn4j.graph",
                                "io.github.bn4j.layer",
                                "io.github.bn4j.op",
                                "io.github.bn4j.train")
                        .stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type -> type.isAssignableTo(Layer.class)
                                || type.isAssignableTo(Op.class)
                                || type.isAssignableTo(ElementwiseFunction.class)
                                || type.isAssignableTo(Optimizer.class)
                                || type.isAssignableTo(Statistics.class))
                        .map(JavaClass::reflect)
                        .filter(type -> type.isRecord() && hasNumbers(type))
                        .filter(type -> VALID.stream().noneMatch(type::isInstance))
                        .map(Class::getSimpleName)
                        .toList();

        assertThat(missing).isEmpty();
    }

    /** Infinity is a setting of renormalisation, which then does not clip, and of functions that clip on one side only. */
    @Test
    void refusesWhatIsNoNumberInEveryComponent() throws Exception {
        List<String> accepted = new ArrayList<>();
        for (Record record : VALID) {
            tryAll(record, record, changed -> changed, record.getClass().getSimpleName(), accepted);
        }

        assertThat(accepted).isEmpty();
    }

    /** Makes a record with another part in it. */
    private interface Remake {
        Object with(Object part) throws Exception;
    }

    /** Puts bad numbers into every component of a part, and of the records within it. */
    private static void tryAll(Record whole, Record part, Remake remake, String path, List<String> accepted)
            throws Exception {
        for (RecordComponent component : part.getClass().getRecordComponents()) {
            Object value = component.getAccessor().invoke(part);
            String name = path + "." + component.getName();
            Remake changed = other -> remake.with(copy(part, component, other));
            if (value instanceof Record record) {
                tryAll(whole, record, changed, name, accepted);
            } else if (isNumber(component.getType())) {
                for (Object bad : bad(whole, component)) {
                    if (accepts(changed, bad)) {
                        accepted.add(name + " " + bad);
                    }
                }
            }
        }
    }

    private static List<Object> bad(Record record, RecordComponent component) {
        if (component.getType() == int.class) {
            return List.of(Integer.MIN_VALUE, -1);
        }
        if (record instanceof Clipping || record instanceof Clip) {
            return List.of(Double.NaN);
        }
        return record instanceof Statistics.Renorm
                ? List.of(Double.NaN, Double.NEGATIVE_INFINITY)
                : List.of(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    private static boolean isNumber(Class<?> type) {
        return type == int.class || type == double.class;
    }

    private static boolean hasNumbers(Class<?> type) {
        return isNumber(type)
                || (type.isRecord()
                        && Stream.of(type.getRecordComponents())
                                .anyMatch(component -> hasNumbers(component.getType())));
    }

    private static Object copy(Record record, RecordComponent changed, Object value) throws Exception {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = components[i].getName().equals(changed.getName())
                    ? value
                    : components[i].getAccessor().invoke(record);
        }
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return record.getClass().getDeclaredConstructor(types).newInstance(arguments);
    }

    private static boolean accepts(Remake remake, Object value) throws Exception {
        try {
            remake.with(value);
            return true;
        } catch (InvocationTargetException refused) {
            assertThat(refused.getCause())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(".+ expects .+ but got .+");
            return false;
        }
    }

    @Test
    void namesTheLayerWhoseSettingItIs() {
        assertThatThrownBy(() -> BatchNorm2d.of().epsilon(-1))
                .hasMessage("batch normalisation expects epsilon of at least 0 but got -1.0");
        assertThatThrownBy(() -> BatchNorm1d.of().initialGamma(Double.NaN))
                .hasMessage("batch normalisation expects a finite initial gamma but got NaN");
        assertThatThrownBy(() -> LayerNorm.of().epsilon(Double.NaN))
                .hasMessage("LayerNorm expects epsilon of at least 0 but got NaN");
        assertThatThrownBy(() -> GroupNorm.of(2).epsilon(-1e-5))
                .hasMessage("GroupNorm expects epsilon of at least 0 but got -1.0E-5");
        assertThatThrownBy(() -> GroupNorm.of(0)).hasMessage("GroupNorm expects at least 1 group but got 0");
        assertThatThrownBy(() -> InstanceNorm2d.of().epsilon(Double.POSITIVE_INFINITY))
                .hasMessage("InstanceNorm2d expects epsilon of at least 0 but got Infinity");
        assertThatThrownBy(() -> Dropout.of(1)).hasMessage("Dropout expects a rate from 0 to less than 1 but got 1.0");
        assertThatThrownBy(() -> SpatialDropout2d.of(-0.1))
                .hasMessage("SpatialDropout2d expects a rate from 0 to less than 1 but got -0.1");
        assertThatThrownBy(() -> Conv2d.of(1, 3).stride(0))
                .hasMessage("Conv2d expects strides of at least 1 but got 0×0");
        assertThatThrownBy(() -> Conv2d.of(1, 3).dilation(0))
                .hasMessage("Conv2d expects dilations of at least 1 but got 0×0");
        assertThatThrownBy(() -> SeparableConv2d.of(0, 3))
                .hasMessage("SeparableConv2d expects at least 1 filter but got 0");
        assertThatThrownBy(() -> SeparableConv2d.of(1, 0))
                .hasMessage("SeparableConv2d expects a kernel of at least 1×1 but got 0×0");
        assertThatThrownBy(() -> ConvTranspose2d.of(1, 2).padding(-1))
                .hasMessage("ConvTranspose2d expects padding of at least 0 but got -1×-1");
        assertThatThrownBy(() -> DepthwiseConv2d.of(3).padding(0, 0, -2, 1))
                .hasMessage("DepthwiseConv2d expects padding of at least 0 but got top 0, bottom 0, left -2, right 1");
        assertThatThrownBy(() -> Conv1d.of(2, 0)).hasMessage("Conv1d expects a kernel of at least 1 but got 0");
        assertThatThrownBy(() -> Conv1d.of(0, 3)).hasMessage("Conv1d expects at least 1 filter but got 0");
        assertThatThrownBy(() -> MaxPool1d.of(3).stride(0))
                .hasMessage("MaxPool1d expects a stride of at least 1 but got 0");
        assertThatThrownBy(() -> AvgPool1d.of(3).dilation(0))
                .hasMessage("AvgPool1d expects a dilation of at least 1 but got 0");
        assertThatThrownBy(() -> Conv1d.of(1, 3).padding(-1))
                .hasMessage("Conv1d expects padding of at least 0 but got -1");
        assertThatThrownBy(() -> Conv1d.of(1, 3).padding(2, -1))
                .hasMessage("Conv1d expects padding of at least 0 but got before 2, after -1");
        assertThatThrownBy(() -> Conv1d.of(1, 3).padding(Padding.of(1, 2)))
                .hasMessage("Conv1d expects padding before and after a sequence but got 1×2;"
                        + " use padding(before, after)");
        assertThatThrownBy(() -> Conv1d.of(4, 3).groups(3))
                .hasMessage("Conv1d expects a number of groups that divides its 4 filters but got 3");
        assertThatThrownBy(() -> ConvTranspose1d.of(4, 3).groups(3))
                .hasMessage("ConvTranspose1d expects a number of groups that divides its 4 filters but got 3");
        assertThatThrownBy(() -> ConvTranspose1d.of(4, 3).outputPadding(-1))
                .hasMessage("ConvTranspose1d expects output padding of at least 0 but got -1");
        assertThatThrownBy(() -> ConvTranspose1d.of(0, 3))
                .hasMessage("ConvTranspose1d expects at least 1 filter but got 0");
        assertThatThrownBy(() -> SpatialDropout1d.of(1))
                .hasMessage("SpatialDropout1d expects a rate from 0 to less than 1 but got 1.0");
        assertThatThrownBy(() -> Permute.of(1, 2))
                .hasMessage("Permute expects each axis from 0 to 1 once but got [1, 2];"
                        + " the axis of the batch is not counted");
        assertThatThrownBy(() -> MaxPool2d.of(3).dilation(1, 0))
                .hasMessage("MaxPool2d expects dilations of at least 1 but got 1×0");
        assertThatThrownBy(() -> AvgPool2d.of(3).stride(0, 1))
                .hasMessage("AvgPool2d expects strides of at least 1 but got 0×1");
        assertThatThrownBy(() -> ConvTranspose2d.of(4, 3).groups(3))
                .hasMessage("ConvTranspose2d expects a number of groups that divides its 4 filters but got 3");
        assertThatThrownBy(() -> ConvTranspose2d.of(4, 3).outputPadding(-1))
                .hasMessage("ConvTranspose2d expects output padding of at least 0 but got -1×-1");
        assertThatThrownBy(() -> Upsample1d.of(0)).hasMessage("Upsample1d expects a factor of at least 1 but got 0");
        assertThatThrownBy(() -> AdaptiveAvgPool1d.of(0))
                .hasMessage("AdaptiveAvgPool1d expects a size of at least 1 but got 0");
        assertThatThrownBy(() -> AdaptiveMaxPool1d.of(0))
                .hasMessage("AdaptiveMaxPool1d expects a size of at least 1 but got 0");
        assertThatThrownBy(() -> new AdaptiveMaxPooling(2, 0))
                .hasMessage("AdaptiveMaxPooling expects a size of at least 1×1 but got 2×0");
        assertThatThrownBy(() -> Upsample2d.of(0)).hasMessage("Upsample2d expects a factor of at least 1 but got 0");
        assertThatThrownBy(() -> ZeroPad2d.of(-1)).hasMessage("ZeroPad2d expects padding of at least 0 but got -1×-1");
        assertThatThrownBy(() -> ReflectPad2d.of(-1))
                .hasMessage("ReflectPad2d expects padding of at least 0 but got -1×-1");
        assertThatThrownBy(() -> Clip.of(1, 0))
                .hasMessage("Clip expects a lower bound and an upper bound no less than it but got 1.0 and 0.0");
        assertThatThrownBy(() -> LeakyRelu.of().alpha(Double.NaN))
                .hasMessage("LeakyRelu expects a finite alpha but got NaN");
        assertThatThrownBy(() -> Elu.of().alpha(Double.NaN)).hasMessage("Elu expects a finite alpha but got NaN");
        assertThatThrownBy(() -> Adam.of(1e-3).epsilon(Double.POSITIVE_INFINITY))
                .hasMessage("Adam expects epsilon above 0 but got Infinity");
    }
}
