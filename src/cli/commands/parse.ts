// `pulldoctor parse`: image names taken apart, without asking anybody.

import { ToolError } from "../../model/errors.js";
import { escapeInDocument } from "../../report/inert.js";
import { yamlOf } from "../../report/yaml.js";
import { defineCommand, type Flags } from "../command.js";
import type { Io } from "../io.js";
import { namesOf } from "../names.js";
import { colourFlag, lookOf } from "../output.js";
import { answerFor } from "../parse-answer.js";
import { parsePage } from "../parse-page.js";

export const parseCommand = defineCommand({
  id: "parse",
  summary: "show the parts of an image name, and what was filled in",
  operands: { name: "[IMAGE...]", text: "image names, or - for names on stdin, one a line" },
  flags: [
    { flags: "--kubelet <version>", text: "as a kubelet of this version reads it, such as 1.20" },
    { flags: "-o, --output <format>", text: "how to print it", choices: ["text", "json", "yaml"] },
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor parse nginx", what: "what a node asks for when nothing else is written" },
    { line: "pulldoctor parse localhost:5000 myhost/app", what: "is it a host, a user or a tag?" },
    {
      line: "kubectl get pods -A -o jsonpath='{range .items[*].spec.containers[*]}{.image}{\"\\n\"}{end}' | pulldoctor parse -",
      what: "every image of a cluster",
    },
  ],
  notes: ["Exit code 0: all can be parsed; 1: some cannot. No registry is asked."],
  run: async (operands, flags, io) => {
    const kubelet = kubeletOf(flags);
    const images = await imagesOf(operands, io);
    const answers = images.map((image) => answerFor(image, kubelet));
    io.out(render(answers, flags, io));
    return answers.every(({ ok }) => ok) ? 0 : 1;
  },
});

function render(answers: readonly ReturnType<typeof answerFor>[], flags: Flags, io: Io): string {
  switch (flags.text("output")) {
    case "json":
      return `${escapeInDocument(JSON.stringify({ images: answers }, null, 2))}\n`;
    case "yaml":
      return yamlOf({ images: answers });
    default:
      return parsePage(answers, lookOf(flags, io));
  }
}

function kubeletOf(flags: Flags): string | undefined {
  const kubelet = flags.text("kubelet");
  if (kubelet === undefined || /^v?1\.\d+/.test(kubelet)) return kubelet;
  throw new ToolError("kubelet-version-unknown", {
    what: `${kubelet} is not the version of a kubelet`,
    why: "a version begins with 1. and the minor number",
    do: "give it as kubectl get nodes shows it, such as 1.29 or v1.30.4",
  });
}

async function imagesOf(operands: readonly string[], io: Io): Promise<readonly string[]> {
  const images = await namesOf(operands, io.stdin);
  if (images.length > 0) return images;
  throw new ToolError("image-missing", {
    what: "there is no image name to parse",
    why: operands.length === 0 ? "none was given" : "stdin holds none",
    do: `${io.program} parse IMAGE, such as ${io.program} parse nginx:1.27`,
  });
}
