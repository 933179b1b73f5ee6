// `npm run new <catalogue> <id>`: writes a new unit from a template and says which line to add
// to its catalogue's list. The list is written by hand: its order is the reader's order.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./steps.js";

interface Template {
  /** Files of the new unit by path. */
  readonly files: (id: string) => Readonly<Record<string, string>>;
  readonly afterwards: (id: string) => readonly string[];
}

const camel = (id: string): string => id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const templates: Readonly<Record<string, Template>> = {
  cause: {
    files: (id) => ({
      [`src/causes/${id}/cause.ts`]: causeTemplate(id),
      [`src/causes/${id}/cases/match.yaml`]: caseTemplate(id, true),
      [`src/causes/${id}/cases/not-this.yaml`]: caseTemplate(id, false),
    }),
    afterwards: (id) => [
      "add to src/causes/index.ts, where readers should meet it:",
      `  import ${camel(id)} from "./${id}/cause.js";`,
      `  ${camel(id)},`,
      `fill in every TODO of src/causes/${id}/ and rename the cases for what they show; what is missing is said by:`,
      "  npx vitest run src/diagnose/cases.test.ts test/catalogues.test.ts",
      `then: npx biome check --write src/causes/${id} && npm run docs && npm run check`,
    ],
  },
  command: {
    files: (id) => ({ [`src/cli/commands/${id}.ts`]: commandTemplate(id) }),
    afterwards: (id) => [
      "add to src/cli/commands/index.ts:",
      `  { id: "${id}", summary: "TODO", load: async () => (await import("./${id}.js")).${camel(id)}Command },`,
      "record its screens in test/screens/, then: npm run docs && npm run check",
    ],
  },
};

const [catalogue = "", id = ""] = process.argv.slice(2);
const template = templates[catalogue];
if (template === undefined) {
  fail(`there is no catalogue "${catalogue}": npm run new ${Object.keys(templates).join("|")} my-id`);
} else if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
  fail(`"${id}" is no id: lower case words joined by hyphens, such as tag-not-found`);
} else {
  write(template, id);
}

function write(chosen: Template, name: string): void {
  const files = Object.entries(chosen.files(name));
  const taken = files.find(([path]) => existsSync(join(root, path)));
  if (taken !== undefined) {
    fail(`${taken[0]} exists already; nothing was written`);
    return;
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  for (const line of chosen.afterwards(name)) console.log(line);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

function causeTemplate(id: string): string {
  return `// TODO: what is wrong, in one line, and what shows it.

import type { Pull } from "../../model/pull.js";
import { confirmed, defineCause, type Scene } from "../define.js";
import { podShows } from "../seen.js";

export default defineCause({
  id: "${id}",
  title: "TODO: lower case, no full stop, understandable alone",
  summary: "TODO: one to three sentences on what is wrong, without any case's values.",
  area: "node",
  parent: "TODO: the cause that this one refines; leave it out when it refines none",
  looksLike: [{ by: "containerd", text: "TODO: the words to recognise, with … where something is left out" }],
  toldApart: [{ from: "tag-not-found", how: "TODO: there ..." }],
  mend: ["TODO: one imperative line each, commands in backticks, placeholders as <name>"],
  prevent: ["TODO: how it does not come back"],
  fixes: ["tell"],
  read: ["https://TODO"],

  // Speaks only when it has something to say. \`likely("what is missing", ...)\` when a neighbour
  // is not excluded; no judge at all when the message alone decides.
  judge(pull, scene) {
    return isSo(pull, scene) ? confirmed(podShows(pull, scene, "TODO: what this shows")) : undefined;
  },

  tell: (pull) => \`TODO: the summary with the values of this case, such as \${pull.image}.\`,
});

/** TODO: the evidence that excludes every neighbour of toldApart. */
function isSo(_pull: Pull, _scene: Scene): boolean {
  return false;
}
`;
}

function caseTemplate(id: string, isMatch: boolean): string {
  const what = isMatch
    ? "TODO: what this case shows"
    : "near miss, TODO: what looks alike and is something else";
  const expected = isMatch
    ? `{ cause: ${id}, parent: TODO-the-broader-cause, verdict: confirmed }`
    : `{ cause: TODO-the-other-cause, not: [${id}] }`;
  return `name: "${what}"
from: "TODO: recorded: product, version, date, how; or constructed after what it follows"
evidence:
  # Lists that were read to their end: only then does what is not in them not exist.
  complete: [{ what: secrets }, { what: pods }, { what: serviceaccounts }]
  # Objects as kubectl prints them, cut to what matters. Where one message is enough, write
  # "message:" in place of "complete:" and "objects:".
  objects:
    - apiVersion: v1
      kind: Pod
      metadata: { name: cart, namespace: shop, uid: uid-cart, creationTimestamp: "2026-11-21T19:44:48Z" }
      spec:
        nodeName: node-1
        serviceAccountName: default
        containers: [{ name: app, image: "registry.acme.example/shop/cart:1.0" }]
      status:
        phase: Pending
        containerStatuses:
          - name: app
            image: "registry.acme.example/shop/cart:1.0"
            imageID: ""
            ready: false
            restartCount: 0
            state: { waiting: { reason: ErrImagePull, message: "TODO: the runtime's words" } }
expect: ${expected}
`;
}

function commandTemplate(id: string): string {
  return `// \`pulldoctor ${id}\`: TODO, in one line.

import { defineCommand } from "../command.js";
import { colourFlag } from "../output.js";

export const ${camel(id)}Command = defineCommand({
  id: "${id}",
  summary: "TODO: one line for the list of commands",
  flags: [colourFlag],
  examples: [{ line: "pulldoctor ${id}", what: "TODO" }],
  run: async (_operands, _flags, io) => {
    io.out("TODO\\n");
    return 0;
  },
});
`;
}
