// A fidelity case: which recording, and the world that behaves as its registries did.

import { readdirSync, readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { WorldConfig } from "../../../src/sim/world/config.js";
import { readWorld } from "../../../src/sim/world/read.js";

export interface FidelityChange {
  /** Seconds. */
  readonly at: number;
  readonly registry?: string;
  readonly repository?: string;
  /** Is pushed. */
  readonly tag?: string;
  readonly runtime?: "down" | "up";
  readonly diskPressure?: boolean;
  /** An image that an earlier case brought onto the node. */
  readonly pulled?: string;
  /** Pods of other cases on the node that ask for a pull at that moment. */
  readonly others?: number;
}

export interface FidelityCase {
  readonly id: string;
  readonly world: WorldConfig;
  readonly changes: readonly FidelityChange[];
  /** Differences that stay, by the start of their line, each with its reason. */
  readonly known: Readonly<Record<string, string>>;
}

const folder = new URL("./", import.meta.url);

export const caseFiles = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort();

export const caseText = (file: string): string => readFileSync(new URL(file, folder), "utf8");

/** The node of the recordings, where a file says no other. */
const node = {
  name: "node-1",
  kubelet: "v1.20.2",
  runtime: "containerd 1.6.20",
  address: "198.51.100.10",
  serializeImagePulls: false,
};

export function readCase(file: string): FidelityCase {
  const { changes = [], known = {}, node: own = {}, ...world } = parse(caseText(file)) ?? {};
  const whole = { nodes: [{ ...node, ...own }], ...world };
  return {
    id: file.replace(/\.yaml$/, ""),
    world: readWorld(stringify(whole), file, () => undefined),
    changes,
    known,
  };
}
