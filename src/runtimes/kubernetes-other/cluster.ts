// Scheduling, eviction, admission, controllers, kubectl and the API server.

import { head } from "../sentence.js";

const other = { says: "not-image-pull" as const, elsewhere: true };

export const cluster = [
  head({ id: "other.schedule", starts: "{n}/{n} nodes are available", ...other }),
  head({
    id: "other.schedule.more",
    starts:
      '{no nodes available to schedule pods|running PreFilter plugin|running "{quoted}" filter plugin|running Filter plugin|running PreBind plugin|skip schedule deleting pod|No preemption victims found|preemption: |Insufficient {cpu|memory|pods|ephemeral-storage|nvidia}|node(s) |pod didn\'t trigger scale-up|pod triggered scale-up|Preempted by|Preempted in order|binding rejected|timed out while waiting|Successfully assigned|MatchNodeSelector|max node group size reached|scheduler extender|nominated node}',
    ...other,
  }),
  head({ id: "other.extender", starts: '{Post|Get} "http{s|}://{token}/scheduler/', ...other }),
  head({
    id: "other.evicted",
    starts:
      "{The node was low on resource|The node had condition|Pod ephemeral local storage usage exceeds|Usage of EmptyDir volume|Container {token} exceeded its local ephemeral storage limit|Pod was rejected|Predicate {word} failed|Pod The node|Pod Node didn't have enough resource|Pod was terminated|Pod was active on the node longer|Pod exceeds|Node is shutting|Pod was preempted|Marking for deletion Pod|Taint manager|The pod was low|Memory cgroup out of memory|Container was using|Evicted|Exceeded grace period|Threshold quantity|Node didn't have enough|Job was active longer|Job has reached the specified backoff limit|Pod Admit failed|Allocate failed due to|Unexpected admission error|Unable to reserve}",
    ...other,
  }),
  head({
    id: "other.node",
    starts:
      "{Node {token} status is now|Node {token} event|System OOM encountered|Nameserver limits were exceeded|Search Line limits were exceeded|invalid capacity {n} on image filesystem|failed to garbage collect required amount of images|Image garbage collection failed|failed to get imageFs info|Failed to garbage collect|(combined from similar events): failed to garbage collect|kubelet does not have ClusterDNS IP configured|Kubelet stopped posting node status|PLEG is not healthy|container runtime is down, PLEG|node not ready|NodeNotReady|DNSConfigForming}",
    ...other,
  }),
  head({
    id: "other.controllers",
    starts:
      '{Error creating: pods|Error creating: |create Pod {token} in StatefulSet|Created pod|Deleted pod|Scaled up replica set|Scaled down replica set|failed to get cpu utilization|unable to get metrics for resource|failed to compute desired number of replicas|missing request for cpu|ReplicaSet "{quoted}" {has timed out progressing|is progressing}|Deployment does not have minimum availability|endpoints "|Error syncing load balancer|Failed to update endpoint|Error updating Endpoint Slices|Failed to deploy|leader election lost|failed to acquire lease}',
    ...other,
  }),

  // Whatever the policy says in its own words, also of registries that it asked, is why it refused.
  head({
    id: "other.admission",
    starts: 'admission webhook "{quoted}" denied the request',
    says: "admission",
    decides: true,
    only: [],
  }),
  head({
    id: "other.admission.other",
    starts:
      "{ValidatingAdmissionPolicy '{any}' with binding '{any}' denied request|denied the request|was blocked due to the following policies}",
    says: "admission",
    decides: true,
    only: [],
  }),
  head({
    id: "other.admission.repo",
    starts:
      "{has an invalid image repo|has disallowed image repo|image repository is not allowed|has an invalid image tag|is using latest tag|didn't specify an image tag|images must come from}",
    says: "policy-blocked",
    pull: "always",
  }),
  head({
    id: "other.admission.policy",
    starts:
      "{image policy webhook backend denied one or more images|ImagePolicyWebhook|one or more images rejected by|images {any} is not allowed|is not allowed to run, allowed registries}",
    says: "policy-blocked",
    pull: "always",
  }),
  head({
    id: "other.admission.pod",
    starts:
      "{violates PodSecurity|unable to validate against any security context constraint|unable to validate against any pod security policy|exceeded quota: |is forbidden: |forbidden: |maximum {cpu|memory} usage per}",
    ...other,
  }),
  head({
    id: "other.webhook",
    starts:
      "{failed calling webhook|failed to call webhook|Internal error occurred: failed calling webhook|Internal error occurred: }",
    ...other,
  }),

  head({ id: "other.api", starts: "Error from server", ...other }),
  head({
    id: "other.kubectl",
    starts:
      "{Unable to connect to the server|The connection to the server|error: unable to upgrade connection|unable to upgrade connection|error dialing backend|couldn't get current server API group list|couldn't get resource list|Unable to authenticate the request|error: You must be logged in to the server|You must be logged in to the server|error: timed out waiting for the condition|error: no matches for kind|no matches for kind|error validating|error: error validating|error when creating|error: unable to recognize|error: unable to forward port|error forwarding port|lost connection to pod|Failed to watch|Failed to list|failed to list|failed to watch|failed to fetch token|unexpected error when reading response body|Kubernetes cluster unreachable|http: TLS handshake error from|http: proxy error|Failed to get node|error retrieving resource lock|Unable to register node|Failed to contact API server|unable to load bootstrap kubeconfig|error trying to reach service|proxy error from}",
    ...other,
  }),
  // Charts come from registries too: what is refused there is no image.
  head({
    id: "other.chart",
    starts:
      "{ComparisonError: |Manifest generation error (cached)|Failed to load target state|failed to generate manifest for source|`helm dependency build` failed|`helm pull |chart pull error: |failed to {download|fetch} chart|could not download oci://|failed to pull chart|failed to get chart version}",
    says: "not-image-pull",
    decides: true,
    only: [],
  }),
  head({
    id: "other.helm",
    starts:
      "{INSTALLATION FAILED|UPGRADE FAILED|Error: INSTALLATION FAILED|Error: UPGRADE FAILED|rendered manifests contain a resource|post-upgrade hooks failed|pre-upgrade hooks failed|failed pre-install|failed post-install}",
    ...other,
  }),
];
