package dev.syncline.mysql;

import dev.syncline.mysql.SchemaStatement.End;
import dev.syncline.mysql.SchemaStatement.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several renamings that follow each other, and which names are taken in the end. */
final class Renamings {

  /** Whether something had each name at first. */
  private final Map<SqlObject, Boolean> before = new LinkedHashMap<>();

  /** Whether something has each name in the end. */
  private final Map<SqlObject, Boolean> after = new LinkedHashMap<>();

  void add(SqlObject from, SqlObject to) {
    before.putIfAbsent(from, true);
    before.putIfAbsent(to, false);
    after.put(from, false);
    after.put(to, true);
  }

  /** How each name is in the end. */
  List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    before.forEach(
        (object, was) -> {
          boolean is = Boolean.TRUE.equals(after.get(object));
          End there = was ? End.CHANGED : End.THERE;
          targets.add(new Target(object, is ? there : End.GONE));
        });
    return targets;
  }
}
