// What Kubernetes says about everything that is not an image pull: starting, probing, mounting,
// placing and admitting pods. A pull that is named inside still counts.

import { defineGrammar, head } from "../sentence.js";
import { cluster } from "./cluster.js";
import { pushes } from "./pushes.js";
import { volumes } from "./volumes.js";

const other = { says: "not-image-pull" as const, elsewhere: true };

export default defineGrammar({
  id: "kubernetes-other",
  by: "kubernetes",
  pull: "never",
  sentences: [
    // Pod sandboxes: a pause image that cannot be pulled is said inside
    head({ id: "other.sandbox", starts: "{Failed|failed} {to create|create} pod sandbox", ...other }),
    head({
      id: "other.sandbox.create",
      starts:
        "{failed to create a sandbox for pod|failed to start sandbox container|failed to set up sandbox container|failed to setup network for sandbox|failed to reserve sandbox name|failed to create sandbox|error creating pod sandbox|failed to generate sandbox container spec|failed to start sandbox}",
      ...other,
    }),
    head({
      id: "other.sandbox.kill",
      starts:
        '{error killing pod|failed to stop container|failed to destroy network for sandbox|failed to "KillPodSandbox"|failed to "CreatePodSandbox"|failed to "KillContainer"|Pod sandbox changed, it will be killed|failed to clean up sandbox|stopping sandbox}',
      ...other,
    }),
    head({
      id: "other.network",
      starts:
        "{networkPlugin cni failed|plugin type=|cni plugin not initialized|cni config uninitialized|network is not ready|container runtime network not ready|NetworkPluginNotReady|NetworkReady=false|failed to find plugin|failed to allocate for range|add cmd: failed|error adding pod|error getting ClusterInformation|error adding container to network|no IP addresses available in range}",
      ...other,
    }),

    // Containers that have their image
    head({
      id: "other.restarting",
      starts: "{Back-off|back-off {n}m{n}s|back-off {n}s} restarting failed",
      ...other,
    }),
    head({
      id: "other.start",
      starts:
        "{failed to start container|failed to create containerd container|failed to create containerd task|failed to create task for container|failed to create shim|failed to start shim|failed to run Kubelet|container create failed|failed to create container|failed to generate container|failed to generate spec|failed to prepare subPath|failed to reserve container name|failed to exec in container|failed to exec|failed to sync configmap|failed to sync secret|failed to fit in any node|failed to watch container|failed to handle|failed to load container}",
      ...other,
    }),
    head({
      id: "other.start-container",
      starts: 'failed to "StartContainer" for "{quoted}" with {word}',
      ...other,
    }),
    head({
      id: "other.oci",
      starts:
        "{OCI runtime create failed|OCI runtime exec failed|OCI runtime start failed|OCI runtime error|runc create failed|runc run failed|crun: |container_linux.go|process_linux.go|starting container process caused|unable to start container process|exec failed: |executable file not found in $PATH|applying cgroup configuration|driver failed programming external connectivity|linux mounts:|error during container init|exec user process|could not select device driver}",
      ...other,
    }),
    head({
      id: "other.config",
      starts: '{configmap|secret|serviceaccount|service account} "{quoted}" not found',
      ...other,
    }),
    head({
      id: "other.config.more",
      starts:
        '{couldn\'t find key|cannot find volume|container has runAsNonRoot and image|container\'s runAsUser breaks non-root policy|services have not yet been read at least once|the container name "|Conflict. The container name|error while creating mount source path|invalid mount config|host network access|Invalid value: |references non-existent secret key|references non-existent config key|secrets "|configmaps "|Could not find secret}',
      ...other,
    }),
    head({
      id: "other.waiting",
      starts:
        "{CrashLoopBackOff|CreateContainerConfigError|CreateContainerError|RunContainerError|ContainerCannotRun|PostStartHookError|PreStartHookError|PreCreateHookError|OOMKilled|ContainersNotReady|ContainersNotInitialized|DeadlineExceeded: |ContainerStatusUnknown}",
      ...other,
    }),
    head({ id: "other.waiting.ready", starts: "containers with {unready|incomplete} status: ", ...other }),
    head({
      id: "other.hooks",
      starts:
        "{Exec lifecycle hook|Http lifecycle hook|PostStartHook failed|PreStopHook failed|FailedPostStartHook|FailedPreStopHook|command terminated with|command '|Error executing in Docker Container}",
      ...other,
    }),
    head({
      id: "other.probe",
      starts: "{Readiness|Liveness|Startup} probe {failed|errored|warning}",
      ...other,
    }),
    head({
      id: "other.probe.restart",
      starts:
        "{Container {token} failed {liveness|startup} probe|HTTP probe failed with statuscode|probe errored|Stopping container |Started container |Created container|Container started|Container created}",
      ...other,
    }),
    head({
      id: "other.exited",
      starts:
        "{Error: |}{exit status {n}: |Exited ({n})|exit code {n}|Process exited|terminated with exit code}",
      ...other,
    }),
    ...pushes,
    ...volumes,
    ...cluster,
  ],
});
