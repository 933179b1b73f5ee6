// `pulldoctor can-pull` against skopeo: one image at a registry 50 ms away, whole processes and cold; and many images at
// five registries 20 ms away against a shell loop over skopeo. Run with `npm run bench can-pull [images]`.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../test/tree.js";
import { type Measured, measure, median } from "./measuring/measured.js";
import { type Asked, imageAt, type RegistryReady, type RegistryShape } from "./measuring/registry-server.js";

const images = Number(process.argv[2] ?? 1_000);
const looped = Math.min(50, images);
const runs = 9;
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const caFile = join(folder, "ca.pem");
const program = join(root, "bin/pulldoctor.js");

interface Registries {
  readonly env: NodeJS.ProcessEnv;
  readonly asked: () => Promise<Asked>;
  readonly stop: () => void;
}

async function start(shape: RegistryShape): Promise<Registries> {
  const server: ChildProcess = fork(join(root, "bench/measuring/registry-server.ts"), [
    JSON.stringify(shape),
  ]);
  const [{ proxyUrl }] = (await once(server, "message")) as [RegistryReady];
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    HTTPS_PROXY: proxyUrl,
    SSL_CERT_FILE: caFile,
    LANG: "C.UTF-8",
  };
  return {
    env,
    asked: async () => {
      server.send("asked");
      const [answer] = (await once(server, "message")) as [Asked];
      return answer;
    },
    stop: () => void server.kill("SIGTERM"),
  };
}

/** Its time, and what it asked. Fails loudly when it did not end well: a program that fails is fast. */
async function counted(
  registries: Registries,
  command: string,
  args: readonly string[],
): Promise<Measured & Asked> {
  const before = await registries.asked();
  const measured = await measure(command, args, registries.env);
  const after = await registries.asked();
  if (measured.code !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${measured.code}: ${measured.out}`);
  return {
    ...measured,
    requests: after.requests - before.requests,
    connections: after.connections - before.connections,
  };
}

const ms = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;

async function oneImage(): Promise<void> {
  const shape = { roundTripMs: 50, registries: 1, repositories: 1, tags: 1, caFile };
  const registries = await start(shape);
  const image = imageAt(0, shape);
  const rows = [
    { name: "--quick", ours: ["--quick"], theirs: ["--raw", "--no-tags"] },
    { name: "full", ours: [], theirs: ["--no-tags"] },
  ];
  console.log(`one image, 50 ms away, cold, median of ${runs}`);
  for (const { name, ours, theirs } of rows) {
    const us: (Measured & Asked)[] = [];
    const them: (Measured & Asked)[] = [];
    // By turns, so that a busy moment of the machine meets both.
    for (let run = 0; run < runs; run += 1) {
      us.push(
        await counted(registries, process.execPath, [
          program,
          "can-pull",
          image,
          "--anonymous",
          "-o",
          "name",
          ...ours,
        ]),
      );
      them.push(await counted(registries, "skopeo", ["inspect", ...theirs, `docker://${image}`]));
    }
    const [our, their] = [us, them].map((all) => median(all.map(({ seconds }) => seconds)));
    const text = (one: (Measured & Asked) | undefined): string =>
      `${one?.requests} requests, ${one?.connections} connections`;
    console.log(`  ${name.padEnd(8)} ${ms(our ?? 0)} (${text(us[0])})`);
    console.log(`    skopeo inspect ${theirs.join(" ")}: ${ms(their ?? 0)} (${text(them[0])})`);
    console.log(`    ratio ${((our ?? 0) / (their ?? 1)).toFixed(2)} (aim below 1.0)`);
  }
  registries.stop();
}

async function manyImages(): Promise<void> {
  const shape = { roundTripMs: 20, registries: 5, repositories: Math.ceil(images / 50), tags: 10, caFile };
  const registries = await start(shape);
  const all = Array.from({ length: images }, (_, at) => imageAt(at, shape));
  const manifest = join(folder, "pods.yaml");
  const pod = (image: string, at: number): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: p${at} }\nspec: { containers: [{ name: a, image: "${image}" }] }\n`;
  writeFileSync(manifest, all.map(pod).join("---\n"));
  const ours = await counted(registries, process.execPath, [
    program,
    "can-pull",
    "-f",
    manifest,
    "--anonymous",
    "--quick",
    "-o",
    "name",
  ]);
  const whole = await counted(registries, process.execPath, [
    program,
    "can-pull",
    "-f",
    manifest,
    "--anonymous",
    "-o",
    "name",
  ]);
  const script = all
    .slice(0, looped)
    .map((image) => `skopeo inspect --raw --no-tags docker://${image} > /dev/null`)
    .join("\n");
  const loop = await counted(registries, "sh", ["-ec", script]);
  const scaled = (loop.seconds / looped) * images;
  console.log(`${images} images at 5 registries, 20 ms away`);
  for (const [name, one] of [
    ["--quick", ours],
    ["full", whole],
  ] as const) {
    console.log(
      `  ${name.padEnd(8)} ${one.seconds.toFixed(1)} s, ${one.requests} requests, ${one.connections} connections, ${one.cpuSeconds.toFixed(1)} s of CPU, peak ${one.peakMb.toFixed(0)} MB (limit 150)`,
    );
  }
  console.log(
    `  a loop over skopeo inspect --raw: ${loop.seconds.toFixed(1)} s for ${looped}, scaled to ${images}: ${scaled.toFixed(0)} s`,
  );
  console.log(`  ${(scaled / ours.seconds).toFixed(0)} times as fast with --quick (aim at least 50)`);
  registries.stop();
}

await oneImage();
await manyImages();
