package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.internal.MergerHistory.BrokenHistory;
import dev.syncline.internal.MergerHistory.Fault;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The merger in histories made by chance, and the proof that these find what can go wrong. */
class ChunkMergerPropertyTest {

  private static final int HISTORIES_TO_FIND_A_FAULT = 20_000;

  @Property(tries = 100_000, shrinking = ShrinkingMode.OFF)
  void theTargetIsAlwaysTheStreamAndInTheEndTheSource(@ForAll long seed)
      throws InterruptedException {
    boolean ended = new MergerHistory(seed, Fault.NONE).run();

    Statistics.label("histories that came to their end").collect(ended);
    Statistics.label("histories that came to their end")
        .coverage(shares -> shares.check(true).percentage(share -> share > 90));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void historiesFindEachFault(Fault fault) throws InterruptedException {
    long seed = 0;
    while (seed < HISTORIES_TO_FIND_A_FAULT && isFine(seed, fault)) {
      seed++;
    }

    assertThat(seed).as("history that finds %s", fault).isLessThan(HISTORIES_TO_FIND_A_FAULT);
  }

  private static boolean isFine(long seed, Fault fault) throws InterruptedException {
    try {
      new MergerHistory(seed, fault).run();
      return true;
    } catch (BrokenHistory e) {
      return false;
    }
  }
}
