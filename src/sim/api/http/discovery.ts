// Discovery: which kinds are served, in the three forms that clients ask for, and the version.

import { apiVersionOf, RESOURCES, type Resource, type Subresource } from "../resources.js";
import { parseAccept } from "./accept.js";
import { type Answer, type Api, type Call, JSON_TYPE, jsonAnswer } from "./call.js";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

function verbsOf(resource: Resource): readonly string[] {
  return resource.isReview ? ["create"] : VERBS;
}

/** Group name to its resources, core first, in the order of the table. */
const groups = grouped();

function grouped(): Map<string, Resource[]> {
  const made = new Map<string, Resource[]>();
  for (const resource of RESOURCES) made.set(resource.group, [...(made.get(resource.group) ?? []), resource]);
  return made;
}

export const isServed = (group: string): boolean => group !== "" && groups.has(group);

/** undefined when the path is none of discovery's. */
export function discover(api: Api, call: Call): Answer | undefined {
  const [, root, group, version, ...rest] = call.path.replace(/\/$/, "").split("/");
  if (root === "version" && group === undefined) return jsonAnswer(versionInfo(api));
  if (rest.length > 0) return undefined;
  if (root === "api") {
    if (group === undefined) return rootAnswer(call, [["", groups.get("") ?? []]], apiVersions);
    if (group === "v1" && version === undefined) return jsonAnswer(resourceList("", "v1"));
    return undefined;
  }
  if (root !== "apis") return undefined;
  const named = [...groups].filter(([name]) => name !== "");
  if (group === undefined) return rootAnswer(call, named, () => groupList(named));
  const found = groups.get(group);
  if (found === undefined || group === "") return undefined;
  if (version === undefined) return jsonAnswer(groupObject(group, found, true));
  return found.some((one) => one.version === version) ? jsonAnswer(resourceList(group, version)) : undefined;
}

function versionInfo(api: Api): object {
  return {
    major: "1",
    minor: String(api.version.minor),
    gitVersion: api.version.text,
    gitCommit: "0000000000000000000000000000000000000000",
    gitTreeState: "clean",
    buildDate: "2026-01-01T00:00:00Z",
    goVersion: "go1.24.0",
    compiler: "gc",
    platform: "linux/amd64",
  };
}

function rootAnswer(
  call: Call,
  shown: readonly (readonly [string, readonly Resource[]])[],
  plain: () => object,
): Answer {
  for (const { type, parameters } of parseAccept(call.headers.accept)) {
    if (type !== "application/json" || parameters.as === undefined) continue;
    const { as, v = "" } = parameters;
    if (as !== "APIGroupDiscoveryList" || !["v2", "v2beta1"].includes(v)) continue;
    const list = {
      kind: "APIGroupDiscoveryList",
      apiVersion: `apidiscovery.k8s.io/${v}`,
      metadata: {},
      items: shown.map(([name, resources]) => aggregated(name, resources)),
    };
    // The client believes the form only when the type repeats it.
    const contentType = `${JSON_TYPE};g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`;
    return { is: "whole", code: 200, contentType, body: JSON.stringify(list) };
  }
  return jsonAnswer(plain());
}

const versionsOf = (resources: readonly Resource[]): string[] => [
  ...new Set(resources.map((resource) => resource.version)),
];

function aggregated(name: string, resources: readonly Resource[]): object {
  return {
    metadata: name === "" ? {} : { name },
    versions: versionsOf(resources).map((version) => ({
      version,
      freshness: "Current",
      resources: resources.filter((one) => one.version === version).map(aggregatedResource),
    })),
  };
}

function aggregatedResource(resource: Resource): object {
  const { group, version, kind } = resource;
  return {
    resource: resource.plural,
    responseKind: { group, version, kind },
    scope: resource.isNamespaced ? "Namespaced" : "Cluster",
    singularResource: resource.singular,
    verbs: verbsOf(resource),
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(resource.subresources.length === 0
      ? {}
      : {
          subresources: resource.subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: kindOf(resource, sub),
            verbs: sub.verbs,
          })),
        }),
  };
}

function kindOf(resource: Resource, sub: Subresource): { group: string; version: string; kind: string } {
  return { group: sub.group ?? resource.group, version: sub.version ?? resource.version, kind: sub.kind };
}

function apiVersions(): object {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1" }],
  };
}

function groupList(named: readonly (readonly [string, readonly Resource[]])[]): object {
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: named.map(([name, resources]) => groupObject(name, resources, false)),
  };
}

function groupObject(name: string, resources: readonly Resource[], isAlone: boolean): object {
  const versions = versionsOf(resources).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return {
    ...(isAlone ? { kind: "APIGroup", apiVersion: "v1" } : {}),
    name,
    versions,
    preferredVersion: versions[0],
  };
}

function resourceList(group: string, version: string): object {
  const found = RESOURCES.filter((one) => one.group === group && one.version === version);
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: found.flatMap((resource) => [
      {
        name: resource.plural,
        singularName: resource.singular,
        namespaced: resource.isNamespaced,
        kind: resource.kind,
        verbs: verbsOf(resource),
        ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
        ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
      },
      ...resource.subresources.map((sub) => ({
        name: `${resource.plural}/${sub.name}`,
        singularName: "",
        namespaced: resource.isNamespaced,
        ...(sub.group === undefined ? {} : { group: sub.group, version: sub.version }),
        kind: sub.kind,
        verbs: sub.verbs,
      })),
    ]),
  };
}
