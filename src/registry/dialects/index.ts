// The dialects, most telling first; the last speaks for every host.

import type { RegistryFamily } from "../../model/registry-family.js";
import { bare, hostnameOf } from "../trust.js";
import acr from "./acr/dialect.js";
import artifactory from "./artifactory/dialect.js";
import type { Dialect } from "./define.js";
import distribution from "./distribution/dialect.js";
import dockerHub from "./docker-hub/dialect.js";
import ecr from "./ecr/dialect.js";
import ecrPublic from "./ecr-public/dialect.js";
import gar from "./gar/dialect.js";
import ghcr from "./ghcr/dialect.js";
import gitlab from "./gitlab/dialect.js";
import harbor from "./harbor/dialect.js";
import nexus from "./nexus/dialect.js";
import openshift from "./openshift/dialect.js";
import quay from "./quay/dialect.js";
import registryK8sIo from "./registry-k8s-io/dialect.js";

export const dialects: readonly Dialect[] = [
  dockerHub,
  ecr,
  ecrPublic,
  ghcr,
  gar,
  acr,
  quay,
  gitlab,
  harbor,
  artifactory,
  nexus,
  registryK8sIo,
  openshift,
  distribution,
];

/** What an answer shows of the product that gave it. */
export interface Signs {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Of its Bearer challenge. */
  readonly service?: string;
}

/** The dialect of a registry as images name it; what it answered tells more than its name where that says nothing. */
export function dialectOf(registry: string, signs?: Signs): Dialect {
  const host = bare(hostnameOf(registry));
  const byHost = dialects.find((one) => one !== distribution && one.speaksFor(host));
  if (byHost !== undefined || signs === undefined) return byHost ?? distribution;
  return dialects.find((one) => shows(one, signs)) ?? distribution;
}

/** For callers that know a family and no host. */
export const dialectOfFamily = (family: RegistryFamily): Dialect =>
  dialects.find((one) => one.family === family) ?? distribution;

function shows({ signs }: Dialect, { headers, service }: Signs): boolean {
  if (signs === undefined) return false;
  if (signs.service !== undefined && signs.service === service) return true;
  if (signs.headers?.some((name) => headers.has(name)) === true) return true;
  return signs.server?.test(headers.get("server")?.[0] ?? "") === true;
}
