// Names, labels and keys: which characters they may have, and what the server says otherwise.

import type { FieldTrouble } from "../errors.js";
import { type KubeObject, record } from "../json.js";
import type { Resource, ResourceName } from "../resources.js";
import { nameOf } from "../resources.js";
import { invalidValue, required } from "./trouble.js";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_WORDS =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE_WORDS =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const QUALIFIED_WORDS =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** A DNS label, as container and volume names are; undefined when it is one. */
export function labelTrouble(field: string, name: string): FieldTrouble | undefined {
  if (name.length > 63) return invalidValue(field, name, "must be no more than 63 characters");
  return LABEL.test(name) ? undefined : invalidValue(field, name, LABEL_WORDS);
}

function subdomainTrouble(field: string, name: string): FieldTrouble | undefined {
  if (name.length > 253) return invalidValue(field, name, "must be no more than 253 characters");
  return SUBDOMAIN.test(name) ? undefined : invalidValue(field, name, SUBDOMAIN_WORDS);
}

function serviceTrouble(field: string, name: string): FieldTrouble | undefined {
  return SERVICE.test(name) ? undefined : invalidValue(field, name, SERVICE_WORDS);
}

/** Roles and their like may have any name that fits in a path. */
function pathTrouble(field: string, name: string): FieldTrouble | undefined {
  if (name === "." || name === "..") return invalidValue(field, name, `may not be '${name}'`);
  const bad = /[/%]/.exec(name)?.[0];
  return bad === undefined ? undefined : invalidValue(field, name, `may not contain '${bad}'`);
}

type NameRule = (field: string, name: string) => FieldTrouble | undefined;
const RULES: { readonly [resource: ResourceName]: NameRule } = {
  namespaces: labelTrouble,
  services: serviceTrouble,
  "roles.rbac.authorization.k8s.io": pathTrouble,
  "rolebindings.rbac.authorization.k8s.io": pathTrouble,
  "clusterroles.rbac.authorization.k8s.io": pathTrouble,
  "clusterrolebindings.rbac.authorization.k8s.io": pathTrouble,
};

export function metadataTroubles(resource: Resource, object: KubeObject): FieldTrouble[] {
  const { name } = object.metadata;
  if (name === "") return [required("metadata.name", "name or generateName is required")];
  const rule = RULES[nameOf(resource)] ?? subdomainTrouble;
  const found = rule("metadata.name", name);
  return [...(found === undefined ? [] : [found]), ...labelsTroubles(object.metadata, "metadata")];
}

/** Labels of an object's metadata or of a template's. */
export function labelsTroubles(metadata: unknown, path: string): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  for (const [key, value] of Object.entries(record(metadata, "labels"))) {
    const keyTrouble = qualifiedTrouble(`${path}.labels`, key);
    if (keyTrouble !== undefined) troubles.push(keyTrouble);
    const text = String(value);
    if (text.length > 63)
      troubles.push(invalidValue(`${path}.labels`, text, "must be no more than 63 characters"));
    else if (!VALUE.test(text)) troubles.push(invalidValue(`${path}.labels`, text, VALUE_WORDS));
  }
  for (const key of Object.keys(record(metadata, "annotations"))) {
    const trouble = qualifiedTrouble(`${path}.annotations`, key.toLowerCase());
    if (trouble !== undefined) troubles.push(trouble);
  }
  return troubles;
}

function qualifiedTrouble(field: string, key: string): FieldTrouble | undefined {
  const slash = key.indexOf("/");
  const prefix = key.slice(0, Math.max(0, slash));
  const name = key.slice(slash + 1);
  if (slash === 0) return invalidValue(field, key, "prefix part must be non-empty");
  if (prefix !== "" && !SUBDOMAIN.test(prefix))
    return invalidValue(field, key, `prefix part ${SUBDOMAIN_WORDS}`);
  if (name === "") return invalidValue(field, key, "name part must be non-empty");
  if (name.length > 63) return invalidValue(field, key, "name part must be no more than 63 characters");
  return QUALIFIED.test(name) ? undefined : invalidValue(field, key, QUALIFIED_WORDS);
}
