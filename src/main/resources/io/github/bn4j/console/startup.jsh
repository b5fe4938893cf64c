// Everything of bn4j for JShell; help(), a tour; help("freeze"), what the documentation has about it; progress of every training.
import java.io.*;
import java.math.*;
import java.nio.file.*;
import java.util.*;
import java.util.function.*;
import java.util.stream.*;
import io.github.bn4j.*;
import io.github.bn4j.bias.*;
import io.github.bn4j.check.*;
import io.github.bn4j.checkpoint.*;
import io.github.bn4j.console.*;
import io.github.bn4j.data.*;
import io.github.bn4j.diagnose.*;
import io.github.bn4j.engine.*;
import io.github.bn4j.engine.onednn.*;
import io.github.bn4j.graph.*;
import io.github.bn4j.inside.*;
import io.github.bn4j.layer.*;
import io.github.bn4j.model.*;
import io.github.bn4j.norm.*;
import io.github.bn4j.onnx.*;
import io.github.bn4j.op.*;
import io.github.bn4j.op.function.*;
import io.github.bn4j.plot.*;
import io.github.bn4j.pytorch.*;
import io.github.bn4j.report.*;
import io.github.bn4j.rewrite.*;
import io.github.bn4j.tensorboard.*;
import io.github.bn4j.text.*;
import io.github.bn4j.train.*;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

void help() { Shell.help(); }
void help(String topic) { Shell.help(topic); }
void trace() { Shell.trace(); }

Progress.showAlways();

System.out.println("bn4j, networks in float32 run on " + Engine.fastest(DataType.FLOAT) + ". Type help() for a tour, /exit to leave.");
