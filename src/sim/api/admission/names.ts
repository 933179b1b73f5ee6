// Names, labels and keys: which characters they may have, and what the server says otherwise.

import type { FieldTrouble } from "../errors.js";
import { type KubeObject, record, strings } from "../json.js";
import type { Resource, ResourceName } from "../resources.js";
import { nameOf } from "../resources.js";
import { forbiddenField, goQuoted, invalidValue, required } from "./trouble.js";

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

export function metadataTroubles(
  resource: Resource,
  object: KubeObject,
  before?: KubeObject,
): FieldTrouble[] {
  const { name } = object.metadata;
  if (name === "") return [required("metadata.name", "name or generateName is required")];
  const rule = RULES[nameOf(resource)] ?? subdomainTrouble;
  const found = rule("metadata.name", name);
  return [
    ...(found === undefined ? [] : [found]),
    ...labelsTroubles(object.metadata, "metadata"),
    ...finalizerTroubles(object.metadata),
    ...lateFinalizers(object, before),
  ];
}

/** An object that is going takes no new reason to stay. */
function lateFinalizers(object: KubeObject, before: KubeObject | undefined): FieldTrouble[] {
  if (before?.metadata.deletionTimestamp === undefined) return [];
  const had = strings(before.metadata, "finalizers");
  const late = strings(object.metadata, "finalizers").filter((name) => !had.includes(name));
  if (late.length === 0) return [];
  const list = late.sort().map(goQuoted).join(", ");
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbiddenField("metadata.finalizers", why)];
}

const STANDARD_FINALIZERS = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

function finalizerTroubles(metadata: unknown): FieldTrouble[] {
  return strings(metadata, "finalizers").flatMap((name, index) => {
    const trouble = qualifiedTrouble("metadata.finalizers", name);
    if (trouble !== undefined) return [trouble];
    if (name.includes("/") || STANDARD_FINALIZERS.has(name)) return [];
    const why = "name is neither a standard finalizer name nor is it fully qualified";
    return [invalidValue(`metadata.finalizers[${index}]`, name, why)];
  });
}

/** Labels of an object's metadata or of a template's. */
export function labelsTroubles(metadata: unknown, path: string): FieldTrouble[] {
  const troubles: FieldTrouble[] = [];
  for (const [key, value] of Object.entries(record(metadata, "labels"))) {
    const keyTrouble = qualifiedTrouble(`${path}.labels`, key);
    if (keyTrouble !== undefined) troubles.push(keyTrouble);
    const doubt = valueDoubt(String(value));
    if (doubt !== undefined) troubles.push(invalidValue(`${path}.labels`, value, doubt));
  }
  for (const key of Object.keys(record(metadata, "annotations"))) {
    const trouble = qualifiedTrouble(`${path}.annotations`, key.toLowerCase());
    if (trouble !== undefined) troubles.push(trouble);
  }
  return troubles;
}

/** What is wrong with a label's key; undefined when nothing is. */
export function keyDoubt(key: string): string | undefined {
  const slash = key.indexOf("/");
  const prefix = key.slice(0, Math.max(0, slash));
  const name = key.slice(slash + 1);
  if (slash === 0) return "prefix part must be non-empty";
  if (prefix !== "" && !SUBDOMAIN.test(prefix)) return `prefix part ${SUBDOMAIN_WORDS}`;
  if (name === "") return "name part must be non-empty";
  if (name.length > 63) return "name part must be no more than 63 characters";
  return QUALIFIED.test(name) ? undefined : QUALIFIED_WORDS;
}

/** What is wrong with a label's value; undefined when nothing is. */
export function valueDoubt(value: string): string | undefined {
  if (value.length > 63) return "must be no more than 63 characters";
  return VALUE.test(value) ? undefined : VALUE_WORDS;
}

function qualifiedTrouble(field: string, key: string): FieldTrouble | undefined {
  const doubt = keyDoubt(key);
  return doubt === undefined ? undefined : invalidValue(field, key, doubt);
}
