// Tables: what `kubectl get` prints comes from the server. A row's text is made once for each version
// of an object; only the ages in it are written anew.

import { shownForm } from "../event-forms.js";
import { jsonText, type KubeObject } from "../json.js";
import { nameOf, type Resource, type ResourceName } from "../resources.js";
import type { Cell, Printer } from "./column.js";
import { humanDuration } from "./column.js";
import {
  configMaps,
  controllerRevisions,
  events,
  leases,
  namespaces,
  nodes,
  others,
  roleBindings,
  secrets,
  serviceAccounts,
  services,
} from "./core-cells.js";
import { pods } from "./pod-cells.js";
import { cronJobs, daemonSets, deployments, jobs, replicaSets, statefulSets } from "./workload-cells.js";

export type IncludeObject = "Metadata" | "Object" | "None";

/** A piece of a row's text, or a time whose age stands there. */
type Piece = string | { readonly since: string };

export interface TableMaker {
  /** The columnDefinitions, as JSON text. */
  readonly columns: string;
  row(object: KubeObject, include: IncludeObject, now: number): string;
}

/** The printer of a resource, as a server of the given minor version has it. */
function printerOf(name: ResourceName, minor: number): Printer {
  const known: { readonly [name: ResourceName]: Printer } = {
    pods,
    events,
    secrets,
    nodes,
    namespaces,
    services,
    configmaps: configMaps,
    serviceaccounts: serviceAccounts,
    "events.events.k8s.io": events,
    "deployments.apps": deployments,
    "replicasets.apps": replicaSets,
    "statefulsets.apps": statefulSets,
    "daemonsets.apps": daemonSets,
    "controllerrevisions.apps": controllerRevisions,
    "jobs.batch": jobs(minor),
    "cronjobs.batch": cronJobs(minor),
    "leases.coordination.k8s.io": leases,
    "rolebindings.rbac.authorization.k8s.io": roleBindings,
    "clusterrolebindings.rbac.authorization.k8s.io": roleBindings,
  };
  return known[name] ?? others;
}

export function tableMaker(resource: Resource, minor: number): TableMaker {
  const printer = printerOf(nameOf(resource), minor);
  const known = new WeakMap<KubeObject, Piece[]>();
  const columns = JSON.stringify(printer.columns.map((column) => ({ ...column, description: "" })));
  return {
    columns,
    row(object, include, now) {
      let pieces = known.get(object);
      if (pieces === undefined) {
        pieces = cellPieces(printer.cells(object));
        known.set(object, pieces);
      }
      let cells = "";
      for (const piece of pieces) cells += typeof piece === "string" ? piece : ageText(piece.since, now);
      return `{"cells":[${cells}],"object":${objectText(resource, object, include)}}`;
    },
  };
}

function ageText(since: string, now: number): string {
  const time = since === "" ? Number.NaN : Date.parse(since);
  return Number.isNaN(time) ? "<unknown>" : humanDuration(now - time);
}

function cellPieces(cells: readonly Cell[]): Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  for (const [index, cell] of cells.entries()) {
    if (index > 0) text += ",";
    if (typeof cell !== "object") text += JSON.stringify(cell);
    else {
      pieces.push(`${text}"${cell.before ?? ""}`, { since: cell.since });
      text = `${cell.after ?? ""}"`;
    }
  }
  return [...pieces, text];
}

const metadataTexts = new WeakMap<KubeObject, string>();

function objectText(resource: Resource, object: KubeObject, include: IncludeObject): string {
  if (include === "None") return "null";
  return include === "Object" ? jsonText(shownForm(resource, object)) : metadataText(object);
}

/** An object's metadata alone, as JSON text; made once for each version. */
export function metadataText(object: KubeObject): string {
  let text = metadataTexts.get(object);
  if (text === undefined) {
    text = `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${JSON.stringify(object.metadata)}}`;
    metadataTexts.set(object, text);
  }
  return text;
}
