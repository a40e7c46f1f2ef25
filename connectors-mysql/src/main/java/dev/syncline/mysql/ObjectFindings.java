package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.mysql.TargetObjects.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says what becomes of the views, routines, events and triggers of the source. */
final class ObjectFindings {

  private static final String LEFT_OUT = "OBJECT_LEFT_OUT";
  private static final String FIRES = "TRIGGER_FIRES";

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(LEFT_OUT, FIRES);

  private ObjectFindings() {}

  static List<Finding> of(List<Plan> plans) {
    List<Finding> findings = new ArrayList<>();
    for (Plan plan : plans) {
      SchemaObject object = plan.object();
      if (plan.isThere()) {
        findings.add(exists(object));
      } else if (plan.obstacle().isPresent()) {
        findings.add(leftOut(object, plan.obstacle().get()));
      } else {
        plan.otherDefiner().ifPresent(why -> findings.add(otherDefiner(object, why)));
        if (object.kind() == ObjectKind.EVENT) {
          findings.add(switchedOff(object));
          if ("SYSTEM".equals(object.session().get("time_zone"))) {
            findings.add(otherTimes(object));
          }
        } else if (object.kind() == ObjectKind.TRIGGER) {
          findings.add(fires(object));
        }
      }
    }
    return findings;
  }

  private static Finding exists(SchemaObject object) {
    return finding(
        "OBJECT_EXISTS",
        Severity.WARNING,
        object,
        "is at the target already, or something of its name is, and stays as it is.",
        "Nothing, if it does the same; else drop it.");
  }

  private static Finding leftOut(SchemaObject object, String why) {
    return finding(
        LEFT_OUT,
        Severity.RISK,
        object,
        "cannot be made at the target: " + why + ".",
        "Mend what the message says; or make it there by hand, then it is left as it is; or"
            + " acknowledge OBJECT_LEFT_OUT to do without what cannot be made.");
  }

  private static Finding otherDefiner(SchemaObject object, String why) {
    return finding(
        "DEFINER_REPLACED",
        Severity.WARNING,
        object,
        "will belong to the job's user and run with the privileges of whoever uses it (SQL SECURITY"
            + " INVOKER), since %s.".formatted(why),
        "Create the account, and let the job's user give objects to it (SUPER, on MySQL 8.0"
            + " SET_USER_ID, from 8.2 on SET_ANY_DEFINER, on MariaDB SET USER).");
  }

  private static Finding switchedOff(SchemaObject object) {
    return finding(
        "EVENT_SWITCHED_OFF",
        Severity.WARNING,
        object,
        "is made switched off: what it does at the source is brought by the job.",
        "ALTER EVENT `%s`.`%s` ENABLE when the job has ended."
            .formatted(object.database(), object.name()));
  }

  private static Finding otherTimes(SchemaObject object) {
    return finding(
        "EVENT_TIME_ZONE",
        Severity.WARNING,
        object,
        "goes by the time zone of its server (SYSTEM); at the target it will go by that server's.",
        "Nothing, if both servers have the same; else ALTER EVENT ... ON SCHEDULE at the target.");
  }

  private static Finding fires(SchemaObject object) {
    return finding(
        FIRES,
        Severity.RISK,
        object,
        "is made at the target when the existing rows are copied, or at once if the job copies none"
            + " (no DATA), and runs from then on for each row that is written, by the job or by"
            + " others. What it does at the source to selected tables is brought by the job too,"
            + " and would be done twice.",
        "Leave TRIGGER out of the job's objects; or acknowledge TRIGGER_FIRES if it writes to no"
            + " selected table.");
  }

  private static Finding finding(
      String code, Severity severity, SchemaObject object, String message, String fix) {
    return new Finding(
        code,
        severity,
        object.fullName(),
        "The %s '%s' %s".formatted(object.kind(), object.fullName(), message),
        fix);
  }
}
