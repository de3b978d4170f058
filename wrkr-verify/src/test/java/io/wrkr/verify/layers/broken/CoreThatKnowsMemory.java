package io.wrkr.verify.layers.broken;

import io.wrkr.verify.layers.broken.memory.MemoryThatKnowsJdbc;

/** Breaks the rule that core knows no backend. */
public final class CoreThatKnowsMemory {

  MemoryThatKnowsJdbc backend;
}
