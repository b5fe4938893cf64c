package io.github.bn4j.data.internal.augmentation;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Augmentations one after another; one that mixes examples sees the others as those before it have left them. */
public record Chained(List<Augmentation> steps) implements Augmentation {

    @Override
    public Example apply(Example example, Others others, RandomGenerator random) {
        Example changed = example;
        for (int i = 0; i < steps.size(); i++) {
            Others soFar = i == 0 ? others : new Through(others, new Chained(steps.subList(0, i)));
            changed = steps.get(i).apply(changed, soFar, random);
        }
        return changed;
    }

    @Override
    public boolean mixesTargets() {
        return steps.stream().anyMatch(Augmentation::mixesTargets);
    }

    @Override
    public void requireShape(List<Long> shape) {
        steps.forEach(step -> step.requireShape(shape));
    }

    @Override
    public String toString() {
        return steps.stream().map(Augmentation::toString).collect(Collectors.joining(", "));
    }

    private record Through(Others others, Augmentation before) implements Others {

        @Override
        public int size() {
            return others.size();
        }

        @Override
        public Example example(int row) {
            return before.apply(others.example(row), others, others.random(row));
        }

        @Override
        public RandomGenerator random(int row) {
            return others.random(row);
        }
    }
}
