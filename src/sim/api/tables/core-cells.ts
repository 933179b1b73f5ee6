// The rows of events, secrets, config maps, accounts, nodes, namespaces, services and the rest.

import { at, count, flag, items, type KubeObject, record, stringMap, strings, text } from "../json.js";
import { type AgeCell, age, columns, mapText, orNone, type Printer } from "./column.js";
import { condition } from "./pod-cells.js";

export const events: Printer = {
  columns: [
    ...columns("Last_Seen Type Reason Object"),
    ...columns("| Subobject Source"),
    ...columns("Message"),
    ...columns("| First_Seen Count# Name"),
  ],
  cells(event) {
    const first: AgeCell = { since: text(event, "firstTimestamp") || text(event, "eventTime") };
    const last = text(event, "series", "lastObservedTime") || text(event, "lastTimestamp");
    const component = text(event, "source", "component") || text(event, "reportingComponent");
    const host = text(event, "source", "host") || text(event, "reportingInstance");
    return [
      last === "" ? first : { since: last },
      text(event, "type"),
      text(event, "reason"),
      `${text(event, "involvedObject", "kind").toLowerCase()}/${text(event, "involvedObject", "name")}`,
      text(event, "involvedObject", "fieldPath"),
      [component, host].filter((part) => part !== "").join(", "),
      text(event, "message").trim(),
      first,
      count(event, "series", "count") ?? Math.max(1, count(event, "count") ?? 1),
      event.metadata.name,
    ];
  },
};

export const secrets: Printer = {
  columns: columns("Name Type Data Age"),
  cells: (object) => [
    object.metadata.name,
    text(object, "type"),
    Object.keys(record(object, "data")).length,
    age(object),
  ],
};

export const configMaps: Printer = {
  columns: columns("Name Data Age"),
  cells: (object) => [
    object.metadata.name,
    Object.keys(record(object, "data")).length + Object.keys(record(object, "binaryData")).length,
    age(object),
  ],
};

export const serviceAccounts: Printer = {
  columns: columns("Name Secrets# Age"),
  cells: (object) => [object.metadata.name, items(object, "secrets").length, age(object)],
};

export const namespaces: Printer = {
  columns: columns("Name Status Age"),
  cells: (object) => [object.metadata.name, text(object, "status", "phase"), age(object)],
};

const ROLE = "node-role.kubernetes.io/";

function nodeRoles(node: KubeObject): string {
  const labels = Object.entries(node.metadata.labels ?? {});
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(ROLE) && key.length > ROLE.length) return [key.slice(ROLE.length)];
    return key === "kubernetes.io/role" && value !== "" ? [value] : [];
  });
  return orNone(roles.sort().join(","));
}

function address(node: KubeObject, type: string): string {
  return orNone(
    text(
      items(node, "status", "addresses").find((one) => one.type === type),
      "address",
    ),
  );
}

export const nodes: Printer = {
  columns: columns(
    "Name Status Roles Age Version | Internal-IP External-IP OS-Image Kernel-Version Container-Runtime",
  ),
  cells(node) {
    const ready = condition(node, "Ready");
    const word = ready === "" ? "Unknown" : ready === "True" ? "Ready" : "NotReady";
    const info = (key: string) => text(node, "status", "nodeInfo", key);
    return [
      node.metadata.name,
      flag(node, "spec", "unschedulable") ? `${word},SchedulingDisabled` : word,
      nodeRoles(node),
      age(node),
      info("kubeletVersion"),
      address(node, "InternalIP"),
      address(node, "ExternalIP"),
      info("osImage") || "<unknown>",
      info("kernelVersion") || "<unknown>",
      info("containerRuntimeVersion") || "<unknown>",
    ];
  },
};

export const services: Printer = {
  columns: columns("Name Type Cluster-IP External-IP Port(s) Age | Selector"),
  cells(object) {
    const type = text(object, "spec", "type");
    const ingress = items(object, "status", "loadBalancer", "ingress");
    const outside = [
      ...ingress.map((one) => text(one, "ip") || text(one, "hostname")),
      ...strings(object, "spec", "externalIPs"),
    ];
    const nothing = type === "LoadBalancer" ? "<pending>" : "<none>";
    const ports = items(object, "spec", "ports").map((port) => {
      const node = count(port, "nodePort") ?? 0;
      return `${count(port, "port") ?? 0}${node > 0 ? `:${node}` : ""}/${text(port, "protocol")}`;
    });
    return [
      object.metadata.name,
      type,
      orNone(text(object, "spec", "clusterIP")),
      type === "ExternalName" ? text(object, "spec", "externalName") : outside.join(",") || nothing,
      orNone(ports.join(",")),
      age(object),
      mapText(stringMap(object, "spec", "selector")),
    ];
  },
};

export const leases: Printer = {
  columns: columns("Name Holder Age"),
  cells: (object) => [object.metadata.name, text(object, "spec", "holderIdentity"), age(object)],
};

export const controllerRevisions: Printer = {
  columns: columns("Name Controller Revision# Age"),
  cells(object) {
    const owner = object.metadata.ownerReferences?.find((one) => one.controller === true);
    const [group = "", version] = (owner?.apiVersion ?? "").split("/");
    const kind = owner?.kind.toLowerCase() ?? "";
    const controller =
      owner === undefined ? "<none>" : `${kind}${version === undefined ? "" : `.${group}`}/${owner.name}`;
    return [object.metadata.name, controller, count(object, "revision") ?? 0, age(object)];
  },
};

export const roleBindings: Printer = {
  columns: columns("Name Role Age | Users Groups ServiceAccounts"),
  cells(object) {
    const named = (kind: string) =>
      items(object, "subjects")
        .filter((subject) => subject.kind === kind)
        .map(
          (subject) =>
            (kind === "ServiceAccount" ? `${text(subject, "namespace")}/` : "") + text(subject, "name"),
        )
        .join(", ");
    return [
      object.metadata.name,
      `${text(object, "roleRef", "kind")}/${text(object, "roleRef", "name")}`,
      age(object),
      named("User"),
      named("Group"),
      named("ServiceAccount"),
    ];
  },
};

/** Kinds without a printer of their own. */
export const others: Printer = {
  columns: columns("Name Created_At"),
  cells: (object) => [object.metadata.name, String(at(object, "metadata", "creationTimestamp") ?? "")],
};
