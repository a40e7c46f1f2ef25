package dev.syncline.mysql;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.TargetNames;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.ObjectChange;
import dev.syncline.mysql.DdlStatement.ObjectType;
import dev.syncline.mysql.DdlStatement.Verb;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells which views, routines, triggers and events mean the same at the target, as it is told of
 * those that are copied at first: only views are known to speak of other databases than their own.
 *
 * @param names the names at the target
 * @param translated the same for the names of the statement
 * @param parts the words of the statement
 */
record KeptObjects(TargetNames names, TranslatedNames translated, StatementParts parts) {

  /**
   * Those of the objects of a statement that mean the same.
   *
   * @param leftOut gets the others
   */
  List<DdlName> of(ObjectChange object, List<LeftOut> leftOut) {
    List<String> databases = databases(object);
    List<DdlName> kept = new ArrayList<>();
    for (DdlName name : object.names()) {
      TableId id = translated.source(name);
      if (names.areSame() || names.keepsObject(id, databases)) {
        kept.add(name);
      } else {
        boolean drops = object.verb() == Verb.DROP;
        leftOut.add(
            leftOut(
                ObjectKind.valueOf(object.type().name()),
                id,
                drops ? "if it was made there by hand, drop it" : "make it there by hand"));
      }
    }
    return kept;
  }

  /**
   * An object that the target does not get.
   *
   * @param fix what is to be done there
   */
  static LeftOut leftOut(ObjectKind kind, TableId id, String fix) {
    return new LeftOut(
        kind,
        id.toString(),
        "it speaks of tables that have other names or columns at the target, by the selection; "
            + fix);
  }

  /**
   * The databases that the statement may speak of. Words in front of a point may be others, which
   * does no harm; a name without one is of the default database.
   */
  private List<String> databases(ObjectChange object) {
    List<String> databases = new ArrayList<>();
    object.newName().ifPresent(name -> databases.add(translated.source(name).database()));
    if (object.type() == ObjectType.VIEW && object.verb() != Verb.DROP) {
      databases.add(translated.stored(translated.defaultDatabase()));
      List<StatementParts.Word> words = parts.from(0);
      for (int i = 0; i + 1 < words.size(); i++) {
        SqlToken token = words.get(i).token();
        if (token.isName() && words.get(i + 1).token().isSymbol('.')) {
          databases.add(translated.stored(token.text()));
        }
      }
    }
    return databases;
  }
}
