package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.util.List;

/**
 * The statements by which tools change table {@code shop.t} online, with their copying and
 * following made short. The table has the columns {@code id} and {@code a}, and may have others
 * with defaults. While a tool works, somebody writes to the table.
 */
final class OnlineScripts {

  private OnlineScripts() {}

  /** What gh-ost does. */
  static List<String> ghost(String alter) {
    return List.of(
        "drop /* gh-ost */ table if exists `shop`.`_t_gho`",
        "drop /* gh-ost */ table if exists `shop`.`_t_del`",
        "drop /* gh-ost */ table if exists `shop`.`_t_ghc`",
        "create /* gh-ost */ table `shop`.`_t_ghc` (id bigint auto_increment, last_update timestamp"
            + " not null DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, hint varchar(64)"
            + " charset ascii not null, value varchar(4096) charset ascii not null,"
            + " primary key(id), unique key hint_uidx(hint)) auto_increment=256",
        "create /* gh-ost */ table `shop`.`_t_gho` like `shop`.`t`",
        "alter /* gh-ost */ table `shop`.`_t_gho` " + alter,
        "alter /* gh-ost */ table `shop`.`_t_gho` AUTO_INCREMENT=100",
        "insert /* gh-ost */ into `shop`.`_t_ghc` (hint, value) values ('state', 'Migrated')",
        "insert /* gh-ost */ ignore into `shop`.`_t_gho` (`id`, `a`) (select `id`, `a` from"
            + " `shop`.`t` force index (`PRIMARY`) lock in share mode)",
        "INSERT INTO shop.t (id, a) VALUES (50, 'meanwhile')",
        "replace /* gh-ost */ into `shop`.`_t_gho` (`id`, `a`) values (50, 'meanwhile')",
        "UPDATE shop.t SET a = 'changed' WHERE id = 2",
        "update /* gh-ost */ `shop`.`_t_gho` set `a`='changed' where `id`=2",
        "create /* gh-ost */ table `shop`.`_t_del` (id int auto_increment primary key)"
            + " engine=InnoDB comment='ghost-cut-over-sentry'",
        "drop /* gh-ost */ table if exists `shop`.`_t_del`",
        "rename /* gh-ost */ table `shop`.`t` to `shop`.`_t_del`, `shop`.`_t_gho` to `shop`.`t`",
        "drop /* gh-ost */ table if exists `shop`.`_t_ghc`",
        "drop /* gh-ost */ table if exists `shop`.`_t_del`");
  }

  /** The same with two statements to change the names. */
  static List<String> twoSteps(String alter) {
    return ghost(alter).stream()
        .flatMap(
            sql ->
                sql.startsWith("rename")
                    ? List.of(
                        "alter /* gh-ost */ table `shop`.`t` rename `_t_del`",
                        "alter /* gh-ost */ table `shop`.`_t_gho` rename `t`")
                        .stream()
                    : List.of(sql).stream())
        .toList();
  }

  /** What pt-online-schema-change does while the names that it takes first are taken. */
  static List<String> perconaAgain(MySqlServer source, String alter) throws SQLException {
    return percona(source, alter).stream()
        .map(sql -> sql.replace("`_t_new`", "`__t_new`").replace("`_t_old`", "`__t_old`"))
        .toList();
  }

  /** What pt-online-schema-change does. */
  static List<String> percona(MySqlServer source, String alter) throws SQLException {
    String shown = Shown.tables(source, "shop").get("t");
    return List.of(
        shown.replaceFirst("`t`", "`shop`.`_t_new`"),
        "ALTER TABLE `shop`.`_t_new` " + alter,
        "CREATE TRIGGER `shop`.`pt_osc_shop_t_del` AFTER DELETE ON `shop`.`t` FOR EACH ROW DELETE"
            + " IGNORE FROM `shop`.`_t_new` WHERE `shop`.`_t_new`.`id` <=> OLD.`id`",
        "CREATE TRIGGER `shop`.`pt_osc_shop_t_upd` AFTER UPDATE ON `shop`.`t` FOR EACH ROW REPLACE"
            + " INTO `shop`.`_t_new` (`id`, `a`) VALUES (NEW.`id`, NEW.`a`)",
        "CREATE TRIGGER `shop`.`pt_osc_shop_t_ins` AFTER INSERT ON `shop`.`t` FOR EACH ROW REPLACE"
            + " INTO `shop`.`_t_new` (`id`, `a`) VALUES (NEW.`id`, NEW.`a`)",
        "INSERT LOW_PRIORITY IGNORE INTO `shop`.`_t_new` (`id`, `a`) SELECT `id`, `a` FROM"
            + " `shop`.`t` LOCK IN SHARE MODE /*pt-online-schema-change 1 copy table*/",
        "INSERT INTO shop.t (id, a) VALUES (60, 'later')",
        "DELETE FROM shop.t WHERE id = 3",
        "ANALYZE TABLE `shop`.`_t_new` /* pt-online-schema-change */",
        "RENAME TABLE `shop`.`t` TO `shop`.`_t_old`, `shop`.`_t_new` TO `shop`.`t`",
        "DROP TABLE IF EXISTS `shop`.`_t_old`",
        "DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_del`",
        "DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_upd`",
        "DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_ins`");
  }

  /**
   * What DMS does: the same as gh-ost by its log, under names of its own.
   *
   * @param task the number by which it tells one change from another
   */
  static List<String> dms(int task, String alter) {
    String shadow = "`shop`.`tp_%d_ogt_t`".formatted(task);
    String log = "`shop`.`tp_%d_ogl_t`".formatted(task);
    String old = "`shop`.`tp_%d_del_t`".formatted(task);
    return List.of(
        "CREATE TABLE " + shadow + " LIKE `shop`.`t`",
        "CREATE TABLE "
            + log
            + " (id bigint auto_increment, last_update timestamp not null DEFAULT"
            + " CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, hint varchar(64) charset ascii not"
            + " null, value varchar(4096) charset ascii not null, primary key(id), unique key"
            + " hint_uidx(hint))",
        "ALTER TABLE " + shadow + " " + alter,
        "INSERT INTO " + log + " (hint, value) VALUES ('heartbeat', '1')",
        "INSERT IGNORE INTO "
            + shadow
            + " (`id`, `a`) (SELECT `id`, `a` FROM `shop`.`t` FORCE INDEX (`PRIMARY`) LOCK IN"
            + " SHARE MODE)",
        "INSERT INTO shop.t (id, a) VALUES (70, 'by the way')",
        "REPLACE INTO " + shadow + " (`id`, `a`) VALUES (70, 'by the way')",
        "DELETE FROM shop.t WHERE id = 1",
        "DELETE FROM " + shadow + " WHERE `id` = 1",
        "RENAME TABLE `shop`.`t` TO %s, %s TO `shop`.`t`".formatted(old, shadow),
        "DROP TABLE IF EXISTS " + log,
        "DROP TABLE IF EXISTS " + old);
  }

  /** What undoes the beginning of a tool's work when it gives up. */
  static List<String> undo(List<String> statements) {
    return statements.stream()
        .filter(sql -> sql.regionMatches(true, 0, "create", 0, 6))
        .map(OnlineScripts::dropping)
        .toList();
  }

  private static String dropping(String create) {
    String[] words = create.replaceAll("/\\*.*?\\*/ ", "").split(" ", 4);
    return "DROP %s IF EXISTS %s".formatted(words[1], words[2]);
  }

  /** Runs statements, and lets go of what was written meanwhile. */
  static void run(MySqlServer source, List<String> statements) throws SQLException {
    for (String sql : statements) {
      source.execute("USE shop", sql);
    }
    source.execute("DELETE FROM shop.t WHERE id IN (50, 60, 70)");
  }
}
