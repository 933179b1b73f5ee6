// Connections that were not made or did not last, as Go words it on Linux and Windows.

import { head, leaf } from "../sentence.js";

const connect = { stage: "connect" as const };

export const connections = [
  // Connections
  leaf({
    id: "go.refused",
    whole: "dial tcp {addr}: connect: connection refused",
    says: "connection-refused",
    ...connect,
  }),
  leaf({
    id: "go.noroute",
    whole: "dial tcp {addr}: connect: no route to host",
    says: "no-route",
    ...connect,
  }),
  leaf({
    id: "go.netunreach",
    whole: "dial tcp {addr}: connect: network is unreachable",
    says: "no-route",
    ...connect,
  }),
  leaf({
    id: "go.dialtimeout",
    whole: "dial tcp {addr}: i/o timeout",
    says: "connection-timeout",
    ...connect,
  }),
  leaf({
    id: "go.reset",
    whole: "read tcp {addr}: read: connection reset by peer",
    says: "connection-reset",
    ...connect,
  }),
  leaf({
    id: "go.pipe",
    whole: "write tcp {addr}: write: broken pipe",
    says: "connection-reset",
    ...connect,
  }),
  head({ id: "go.dial", starts: "dial {tcp|tcp4|tcp6} {addr}: ", ...connect, group: "request" }),
  head({ id: "go.read", starts: "{read|write} {tcp|tcp4|tcp6} {addr}: ", ...connect, group: "request" }),
  leaf({
    id: "go.refused.bare",
    whole: "{connect: |read: |}{connection refused|Connection refused}",
    says: "connection-refused",
    ...connect,
  }),
  leaf({
    id: "go.refused.windows",
    whole: "{connectex: |}No connection could be made because the target machine actively refused it{any}",
    says: "connection-refused",
    ...connect,
  }),
  leaf({
    id: "go.timeout.windows",
    whole:
      "{connectex: |}A connection attempt failed because the connected party did not properly respond{any}",
    says: "connection-timeout",
    ...connect,
  }),
  leaf({
    id: "go.reset.windows",
    whole: "{wsarecv: |wsasend: |}An existing connection was forcibly closed by the remote host{any}",
    says: "connection-reset",
    ...connect,
  }),
  leaf({
    id: "go.abort.windows",
    whole:
      "{wsarecv: |wsasend: |}An established connection was aborted by the software in your host machine{any}",
    says: "connection-reset",
    ...connect,
  }),
  leaf({
    id: "go.unreach.windows",
    whole: "{connectex: |}A socket operation was attempted to an unreachable {host|network}{any}",
    says: "no-route",
    ...connect,
  }),
  leaf({
    id: "go.noroute.bare",
    whole:
      "{connect: |read: |write: |}{no route to host|No route to host|network is unreachable|Network is unreachable|host is unreachable|host is down|network is down}",
    says: "no-route",
    ...connect,
  }),
  leaf({
    id: "go.timeout.bare",
    whole:
      "{connect: |read: |write: |}{i/o timeout|connection timed out|operation timed out|Connection timed out}",
    says: "connection-timeout",
    ...connect,
  }),
  leaf({
    id: "go.reset.bare",
    whole:
      "{connect: |read: |write: |}{connection reset by peer|connection reset|broken pipe|use of closed network connection|software caused connection abort}",
    says: "connection-reset",
    ...connect,
  }),
  leaf({
    id: "go.blocked",
    whole: "connect: {operation not permitted|permission denied}",
    says: "connection-refused",
    also: ["no-route"],
    ...connect,
  }),
  leaf({
    id: "go.no-address",
    whole: "{connect: |bind: |}cannot assign requested address",
    says: "no-route",
    also: ["connection-refused"],
    ...connect,
  }),
];
