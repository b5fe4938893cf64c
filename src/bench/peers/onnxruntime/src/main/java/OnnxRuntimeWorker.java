import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.bn4j.bench.peer.Contender;
import io.github.bn4j.bench.peer.Work;
import io.github.bn4j.bench.peer.Worker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** ONNX Runtime with all its graph optimisations, predictions only. */
final class OnnxRuntimeWorker {

    private static final int THREADS = Integer.parseInt(System.getenv("OMP_NUM_THREADS"));

    private OnnxRuntimeWorker() {}

    /** Serves the models in the folder that the only argument names. */
    public static void main(String[] args) throws Exception {
        Worker.serve(work -> open(work, args[0]));
    }

    private static Contender.Task open(Work work, String models) throws Exception {
        if (work.training()) {
            throw new UnsupportedOperationException("predictions only");
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(THREADS);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        String model = Path.of(models, work.net() + ".onnx").toString();
        OrtSession session = environment.createSession(model, options);
        float[] features = work.features();
        FloatBuffer buffer = ByteBuffer.allocateDirect(features.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(features)
                .flip();
        OnnxTensor x = OnnxTensor.createTensor(environment, buffer, work.shape());
        String input = session.getInputNames().iterator().next();
        float[] logits = new float[work.batch() * Work.CLASSES];
        return Contender.Task.of(() -> {
            try (OrtSession.Result result = session.run(Map.of(input, x))) {
                ((OnnxTensor) result.get(0)).getFloatBuffer().get(logits);
            }
        });
    }
}
