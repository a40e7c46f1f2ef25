package dev.syncline.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Remembers of which expiries it has heard. */
final class HeardExpiries implements CommandReader.Expiries {

  final List<String> heard = new ArrayList<>();
  boolean settled = true;

  @Override
  public boolean isSettled() {
    return settled;
  }

  @Override
  public void key(int database, byte[] key) {
    heard.add(database + ":" + new String(key, StandardCharsets.UTF_8));
  }

  @Override
  public void all() {
    heard.add("all");
  }
}
