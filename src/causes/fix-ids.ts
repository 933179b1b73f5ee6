// The fixes that a cause may name: ids that never change once released. Each says what it changes.

/** What every fix does, for lists and pages. */
export const fixIds = {
  "set-image": "use another tag, digest or name",
  "roll-back": "go back to the last revision whose image was pulled",
  "create-pull-secret": "make a pull secret",
  "renew-pull-secret": "write fresh credentials into a pull secret",
  "repair-pull-secret": "make a pull secret anew in the right form",
  "attach-to-service-account": "name a pull secret in a ServiceAccount",
  "attach-to-workload": "name a pull secret in a pod template",
  "restart-pods": "make pods anew",
  "move-registry": "use the name under which the image lives now",
  "use-mirror": "pull through a mirror or cache",
  "set-platform": "run where the image fits",
  "set-pull-policy": "change when the kubelet asks the registry",
  tell: "what only another person or team can do",
} as const satisfies Record<string, string>;

export type FixId = keyof typeof fixIds;
