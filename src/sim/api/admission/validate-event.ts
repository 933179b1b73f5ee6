// What the API server refuses in an event: a new one (with an eventTime) has to say who reports what.

import type { FieldTrouble } from "../errors.js";
import { type KubeObject, text } from "../json.js";
import { invalidValue, required } from "./trouble.js";

export function eventTroubles(event: KubeObject): FieldTrouble[] {
  const { namespace = "" } = event.metadata;
  const about = text(event, "involvedObject", "namespace");
  const elsewhere = invalidValue("involvedObject.namespace", about, "does not match event.namespace");
  if (text(event, "eventTime") === "") {
    const isRight = about === "" ? namespace === "default" : about === namespace;
    return isRight ? [] : [elsewhere];
  }
  const troubles: FieldTrouble[] = [];
  if (about === "" && namespace !== "default" && namespace !== "kube-system") troubles.push(elsewhere);
  for (const key of ["reportingComponent", "reportingInstance", "action", "reason"]) {
    if (text(event, key) === "") troubles.push(required(key));
  }
  return troubles;
}
