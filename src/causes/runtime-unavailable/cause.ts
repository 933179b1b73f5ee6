// The kubelet cannot talk to the container runtime of its node.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { nodeText } from "../from-node.js";
import { word } from "../word.js";

export default defineCause({
  id: "runtime-unavailable",
  title: "container runtime does not answer",
  summary:
    "The kubelet, or the tool that was run, cannot reach the node's container runtime: it is stopped, restarts, or listens on another socket.",
  area: "node",
  stage: "reference",
  looksLike: [
    {
      by: "kubelet",
      text: 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
    },
    {
      by: "kubelet",
      text: "transport: Error while dialing: dial unix …: connect: no such file or directory",
    },
    { by: "kubelet", text: "rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService" },
    {
      by: "docker",
      text: "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    },
  ],
  toldApart: [
    { from: "connection-refused", how: "there a registry's TCP port refuses, not a unix socket" },
    { from: "pull-timeout", how: "there the runtime answers and the pull takes too long" },
    { from: "unpack-failed", how: "there the runtime answers and says what it cannot do" },
  ],
  mend: [
    "on the node: `systemctl status containerd` (or crio), `journalctl -u containerd -e`, then `systemctl restart containerd`",
    "compare the socket that the kubelet asks (`--container-runtime-endpoint`, crictl.yaml) with the one that the runtime opens; dockershim.sock is gone since Kubernetes 1.24",
    "`unknown service runtime.v1…`: the runtime's CRI plugin is switched off (`disabled_plugins` in containerd's config.toml) or too old",
    "move the pods meanwhile: `kubectl cordon <node>`, `kubectl drain <node> --ignore-daemonsets`",
  ],
  prevent: ["watch the nodes' Ready condition and restarts of the runtime's service"],
  fixes: ["tell", "restart-pods"],
  read: [
    "https://kubernetes.io/docs/setup/production-environment/container-runtimes/",
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/crictl/",
  ],

  tell: (pull) => `The container runtime of ${nodeText(pull)} did not answer. No registry was asked.`,

  remedies: (pull) => [
    {
      ...tellTeam(
        pull,
        `the container runtime of ${nodeText(pull)} does not answer; look at its service and log`,
      ),
      commands: pull.pod.node === undefined ? [] : [`kubectl cordon ${word(pull.pod.node)}`],
    },
  ],

  settle: (pull) => (pull.pod.node === undefined ? [] : [`kubectl describe node ${word(pull.pod.node)}`]),
});
