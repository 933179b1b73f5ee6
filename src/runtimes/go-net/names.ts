// Names that were not resolved, as Go and libc word it. Whatever is inside a lookup, it is DNS.

import { head, leaf } from "../sentence.js";

const lookup = { stage: "resolve" as const, group: "lookup" };

export const names = [
  // Names
  leaf({
    id: "go.lookup.on",
    whole: "{dial tcp: |}lookup {host} on {addr}: no such host",
    says: "dns-failure",
    ...lookup,
  }),
  leaf({
    id: "go.lookup",
    whole: "{dial tcp: |}lookup {host}: no such host",
    says: "dns-failure",
    ...lookup,
  }),
  leaf({
    id: "go.lookup.misbehaving",
    whole: "{dial tcp: |}lookup {host} on {addr}: server misbehaving",
    says: "dns-failure",
    ...lookup,
  }),
  leaf({
    id: "go.lookup.temp",
    whole:
      "{dial tcp: |}lookup {host}: {Temporary failure in name resolution|Name or service not known|Try again|nodename nor servname provided, or not known|No address associated with hostname}",
    says: "dns-failure",
    ...lookup,
  }),
  leaf({
    id: "go.lookup.timeout",
    whole: "{dial tcp: |}lookup {host} on {addr}: read udp {token}: i/o timeout",
    says: "dns-failure",
    ...lookup,
  }),
  leaf({
    id: "go.lookup.refused",
    whole: "{dial tcp: |}lookup {host} on {addr}: read udp {token}: read: connection refused",
    says: "dns-failure",
    ...lookup,
  }),
  head({
    id: "go.lookup.other.on",
    starts: "{dial tcp: |}lookup {host} on {addr}: ",
    says: "dns-failure",
    decides: true,
    ...lookup,
  }),
  head({
    id: "go.lookup.other",
    starts: "{dial tcp: |}lookup {host}: ",
    says: "dns-failure",
    decides: true,
    ...lookup,
  }),
  leaf({
    id: "go.nohost",
    whole:
      "{no such host|server misbehaving|Temporary failure in name resolution|no address associated with hostname|could not resolve host|Could not resolve host|DNS message ID mismatch}",
    says: "dns-failure",
    stage: "resolve",
  }),
  head({
    id: "go.resolve-host",
    starts:
      "{could not resolve host: |Could not resolve host: |could not resolve host |failed to resolve host }",
    says: "dns-failure",
    decides: true,
    stage: "resolve",
  }),
];
