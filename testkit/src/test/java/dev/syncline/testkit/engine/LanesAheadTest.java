package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.JobLimits;
import dev.syncline.PositionLostException;
import dev.syncline.SyncJob;
import dev.syncline.TableSource;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What lanes have written beyond lane 0 counts when a job goes on. */
class LanesAheadTest {

  private static final String STREAM = "stream-0";
  private static final int KEYS = 40;
  private static final JobLimits LIMITS = JobLimits.builder().lanes(4).build();

  /** Leaves the rig with lanes that are ahead of lane 0, and gives the position of that one. */
  private static Position stopAhead(Rig rig) {
    try (SyncJob<TableChange> job =
        rig.startAndSynchronize(
            rig.job(rig.source(), rig.sink(), LIMITS).consistency(Consistency.PER_KEY))) {
      Rig.await("the lanes are there", () -> lanes(rig).size() == 5);
      for (long key = 0; key < KEYS; key++) {
        rig.update(Rig.USERS, key, 1);
      }
      rig.awaitEqual();
      assertThat(job.status().failure()).isEmpty();
    }
    String behind = lanes(rig).get(0).get(STREAM);
    assertThat(lanes(rig).subList(1, 5)).anyMatch(lane -> !behind.equals(lane.get(STREAM)));
    return rig.source().parsePosition(behind);
  }

  private static List<Map<String, String>> lanes(Rig rig) {
    return rig.target.progress(rig.name).orElseThrow().lanes();
  }

  /** A source whose log ends at a position. */
  private static TableSource endingAt(TableSource source, Position end) {
    return wrap(
        TableSource.class,
        source,
        opened -> wrap(TableSourceSession.class, (TableSourceSession) opened, own -> own, end),
        end);
  }

  private interface Wrapping {
    Object of(Object result);
  }

  private static <T> T wrap(Class<T> type, T inner, Wrapping opened, Position end) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals("openReader")
                  && ((Position) arguments[1]).compareTo(end) > 0) {
                throw new PositionLostException("The log ends at " + end + ".");
              }
              try {
                Object result = method.invoke(inner, arguments);
                return method.getName().equals("open") ? opened.of(result) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }

  @Test
  void stopsWhereTheSourceHasLostWhatLanesHaveWritten() {
    try (Rig rig = new Rig(1)) {
      rig.fill(KEYS);
      Position behind = stopAhead(rig);
      List<Row> before = rig.rows(Rig.USERS);

      SyncJob<TableChange> job =
          rig.start(
              rig.job(endingAt(rig.source(), behind), rig.sink(), LIMITS)
                  .consistency(Consistency.PER_KEY));

      Rig.await("the job fails", () -> job.status().failure().isPresent());
      assertThat(job.status().failure()).containsInstanceOf(PositionLostException.class);
      assertThat(rig.rows(Rig.USERS)).isEqualTo(before);
    }
  }

  @Test
  void isSynchronizingWithOneLaneOnlyWhenItHasPassedAllOthers() {
    try (Rig rig = new Rig(1)) {
      rig.fill(KEYS);
      Position behind = stopAhead(rig);

      rig.startAndSynchronize(rig.job(rig.source(), rig.sink(), LIMITS));

      Position whole = rig.source().parsePosition(lanes(rig).get(0).get(STREAM));
      assertThat(whole).isGreaterThan(behind);
      assertThat(lanes(rig))
          .allMatch(lane -> whole.covers(rig.source().parsePosition(lane.get(STREAM))));
      rig.awaitEqual();
    }
  }
}
