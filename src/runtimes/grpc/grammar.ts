// The gRPC envelope between kubelet and runtime, and its own troubles.

import { defineGrammar, head, leaf } from "../sentence.js";

const down = { says: "runtime-unavailable" as const };
/** Runtimes are dialled by a socket: what TCP says is another server's trouble. */
const dialled = { ...down, only: ["grpc"] };

export default defineGrammar({
  id: "grpc",
  by: "grpc",
  pull: "never",
  sentences: [
    head({ id: "grpc", starts: "rpc error: {code = {word} desc = |code={word} desc={ |}}", group: "top" }),
    head({ id: "grpc.numbered", starts: "rpc error: code = {n} desc = ", group: "top" }),
    head({ id: "grpc.conn", starts: 'connection error: desc = "', ...down }),
    head({ id: "grpc.dial", starts: "transport: Error while dialing: ", ...dialled }),
    head({ id: "grpc.dial.old", starts: "transport: Error while dialing ", ...dialled }),
    head({ id: "grpc.dial.lower", starts: "transport: error while dialing: ", ...dialled }),
    leaf({ id: "grpc.eof", whole: "error reading from server: {any}", ...down }),
    leaf({ id: "grpc.preface", whole: "error reading server preface: {any}", ...down }),
    leaf({
      id: "grpc.closing",
      whole:
        "{transport is closing|the connection is draining|the client connection is closing|all SubConns are in TransientFailure{any}|no connection available}",
      ...down,
    }),
    leaf({ id: "grpc.keepalive", whole: "keepalive ping failed to receive ACK within timeout", ...down }),
    leaf({ id: "grpc.service", whole: "unknown service runtime.{any}", ...down }),
    leaf({ id: "grpc.method", whole: "unknown method {word} for service runtime.{any}", ...down }),
    leaf({
      id: "cri.socket",
      whole: "dial unix {token}{containerd|crio|docker|dockershim|cri-dockerd|podman}.sock: {any}",
      pull: "always",
      ...down,
    }),
    leaf({ id: "go.unix", whole: "dial unix {token}: {any}", ...down }),
    leaf({ id: "go.pipe-windows", whole: "open {//./pipe/|\\\\.\\pipe\\}{any}", ...down }),
    leaf({
      id: "grpc.not-ready",
      whole: "{server is not initialized yet|containerd is not running|container runtime is down}",
      ...down,
    }),
    leaf({
      id: "ctx.deadline",
      whole:
        "{context deadline exceeded|Context deadline exceeded|stream terminated by RST_STREAM with error code: CANCEL}",
      says: "deadline",
    }),
    leaf({
      id: "ctx.canceled",
      whole: "{context canceled|context cancelled}",
      says: "pull-cancelled",
      also: ["pull-timeout"],
    }),
    leaf({ id: "grpc.too-large", whole: "{grpc: |}received message larger than max {any}", says: "unknown" }),
    leaf({
      id: "grpc.conn-refused",
      whole: "Cannot connect to the Docker daemon{any}",
      ...down,
      by: "docker",
    }),
    leaf({
      id: "docker.not-running",
      whole:
        "{Is the docker daemon running?|docker daemon is not running|the docker daemon is not running{any}|failed to connect to the docker API{any}}",
      ...down,
      by: "docker",
    }),
    leaf({
      id: "podman.not-running",
      whole: "{Cannot connect to Podman{any}|unable to connect to Podman{any}}",
      ...down,
      by: "podman",
    }),
  ],
});
