// Which entry of an index a runtime takes for its node. Semantics reference 8.

import type { PlatformEntry } from "./manifest.js";
import type { Platform } from "./pull-types.js";

/** How a runtime chooses: containerd has fallbacks, its transfer service and docker take only the exact one. */
export type Choice = "containerd" | "exact" | "containers-image" | "docker";

/** undefined: nothing in the index is for this node. */
export function choose(
  entries: readonly PlatformEntry[],
  host: Platform,
  choice: Choice,
): PlatformEntry | undefined {
  const wanted = preferences(host, choice);
  for (const platform of wanted) {
    const found = entries.find((entry) => entry.platform !== undefined && isSame(entry.platform, platform));
    if (found !== undefined) return found;
  }
  // What names no platform is for every one, as far as containerd is concerned.
  return choice === "containerd" || choice === "exact"
    ? entries.find((entry) => entry.platform === undefined)
    : undefined;
}

function preferences(host: Platform, choice: Choice): Platform[] {
  const { os } = host;
  const { architecture, variant } = normalised(host);
  const arm = (from: number): Platform[] =>
    [7, 6, 5].filter((n) => n <= from).map((n) => ({ os, architecture: "arm", variant: `v${n}` }));
  const own = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  if (choice === "exact") return [own];
  if (architecture === "amd64" && choice === "containerd") return [own, { os, architecture: "386" }];
  if (architecture === "arm64" && choice === "containerd") {
    return [own, { os, architecture: "arm", variant: "v8" }, ...arm(7)];
  }
  if (architecture === "arm") {
    const from = Number(variant?.slice(1) ?? 7);
    return choice === "containers-image" ? [...arm(from), { os, architecture }] : arm(from);
  }
  return [own];
}

const isSame = (entry: Platform, wanted: Platform): boolean => {
  const one = normalised(entry);
  const other = normalised(wanted);
  return one.os === other.os && one.architecture === other.architecture && one.variant === other.variant;
};

/** As containerd/platforms does: amd64/v1 is amd64, arm64/v8 is arm64, arm alone is v7. */
function normalised(platform: Platform): Platform {
  const { os } = platform;
  const names: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", i386: "386" };
  const architecture = names[platform.architecture] ?? platform.architecture;
  if (architecture === "armhf") return { os, architecture: "arm", variant: "v7" };
  if (architecture === "armel") return { os, architecture: "arm", variant: "v6" };
  let variant = platform.variant;
  if (architecture === "amd64" && variant === "v1") variant = undefined;
  if (architecture === "arm64" && variant === "v8") variant = undefined;
  if (architecture === "arm" && variant === undefined) variant = "v7";
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
