/** What all contenders of the peers' benchmark share; compiled against nothing but the JDK, as each has its own class path. */
package io.github.bn4j.bench.peer;
