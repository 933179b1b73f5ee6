// Pulls an image over the world's network as a node's runtime would, and words what went wrong
// as the chosen runtime and version does.

import { pullWithContainerd } from "./containerd/pull.js";
import { traitsOfContainerd } from "./containerd/version.js";
import { pullWithCrio } from "./containers-image/pull.js";
import { pullWithDocker } from "./dockerd/pull.js";
import { Exchange } from "./exchange.js";
import { Patience } from "./patience.js";
import type { PullOutcome, PullRequest } from "./pull-types.js";
import type { PullTools } from "./tools.js";

/** Never rejects for what a registry or network does; that is an outcome. */
export async function pullImage(request: PullRequest): Promise<PullOutcome> {
  const patience = new Patience(request.clock);
  const exchange = new Exchange({
    network: request.network,
    clock: request.clock,
    node: request.node ?? {},
    patience,
    saysVerify: saysVerify(request),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const tools: PullTools = { exchange, patience, counter, letters };
  try {
    switch (request.runtime.name) {
      case "containerd":
        return await pullWithContainerd(request, tools);
      case "cri-o":
        return await pullWithCrio(request, tools);
      case "cri-dockerd":
        return await pullWithDocker(request, tools);
    }
  } finally {
    exchange.close();
    patience.end();
  }
}

/** Built with Go 1.20 or newer. */
function saysVerify({ runtime }: PullRequest): boolean {
  if (runtime.name === "containerd") return traitsOfContainerd(runtime.version).saysVerify;
  const [major = 0, minor = 0] = runtime.version.replace(/^v/, "").split(".").map(Number);
  return runtime.name === "cri-o" ? major > 1 || minor >= 27 : major >= 24;
}

let count = 40;
const counter = (): number => {
  count += 1;
  return count;
};

const letters = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(65 + Math.floor(Math.random() * 26))).join("");
