// Table makers of all resources, one each.

import type { Resource } from "../resources.js";
import { type TableMaker, tableMaker } from "../tables/table.js";

/** The maker of a resource's tables, as a server of one version prints them. */
export type Tables = (resource: Resource) => TableMaker;

export function tablesOf(minor: number): Tables {
  const made = new Map<Resource, TableMaker>();
  return (resource) => {
    let found = made.get(resource);
    if (found === undefined) {
      found = tableMaker(resource, minor);
      made.set(resource, found);
    }
    return found;
  };
}
