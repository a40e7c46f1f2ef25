package dev.syncline.mysql;

import dev.syncline.mysql.MySqlSource.OnlineDdl;
import java.util.Locale;

/**
 * How a source takes the work of tools that change tables online. Immutable.
 *
 * @param shadows names of tables that will take the place of others
 * @param leftovers names of what tools make beside, and of tables that were replaced
 */
record OnlineTools(OnlineDdl way, ShadowNames shadows, ShadowNames leftovers) {

  /** What holds if nothing is said. */
  static final OnlineTools DEFAULTS =
      new OnlineTools(
          OnlineDdl.REPLAY_ALTER,
          ShadowNames.of(ShadowNames.SHADOWS),
          ShadowNames.of(ShadowNames.LEFTOVERS));

  /** Whether pt-online-schema-change has made a trigger. */
  static boolean isTrigger(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith("pt_osc_");
  }
}
