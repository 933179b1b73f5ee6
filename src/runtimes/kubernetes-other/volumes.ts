// Volumes, claims and drivers.

import { head } from "../sentence.js";

const other = { says: "not-image-pull" as const, elsewhere: true };

export const volumes = [
  head({
    id: "other.mount",
    starts:
      "{MountVolume.|UnmountVolume.|MapVolume.|UnmapVolume.|AttachVolume.|DetachVolume.|NodeStageVolume|NodePublishVolume|NodeExpandVolume|ControllerPublishVolume|VerifyControllerAttachedVolume|WaitForAttach|GetDeviceMountRefs|TearDown failed}",
    ...other,
  }),
  head({
    id: "other.volumes",
    starts:
      "{Unable to attach or mount volumes|Unable to mount volumes|unmounted volumes=|Multi-Attach error for volume|failed to provision volume|Failed to provision volume|error mounting volume|failed to mount|Failed to attach volume|failed to attach volume|mount failed: |hostPath type check failed|waiting for a volume to be created|waiting for first consumer to be created|volume node affinity conflict|kubernetes.io/csi: |driver name {token} not found in the list of registered CSI drivers|Error while mounting|VolumeResizeFailed|resize volume|External resizer|couldn't propagate object cache}",
    ...other,
  }),
  head({
    id: "other.claim",
    starts:
      '{persistentvolumeclaim|PersistentVolumeClaim|persistentvolume|storageclass.storage.k8s.io} "{quoted}" {not found|is}',
    ...other,
  }),
  head({
    id: "other.claim.more",
    starts:
      "{pod has unbound immediate PersistentVolumeClaims|no persistent volumes available for this claim|persistentvolumeclaim bound to non-existent|unbound immediate PersistentVolumeClaims}",
    ...other,
  }),
];
