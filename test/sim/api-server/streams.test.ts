import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { isJson } from "../../../src/sim/api/json.js";
import { PODS, serveForTests } from "./tested-server.js";

const api = serveForTests();

/** A pod whose container runs, on a node. */
function runningPod(): void {
  api.createPods("web");
  api.store.patch("pods", "default", "web", (draft) => {
    draft.spec = { ...(isJson(draft.spec) ? draft.spec : {}), nodeName: "n1" };
    draft.status = { phase: "Running", containerStatuses: [{ name: "app", state: { running: {} } }] };
  });
}

function openStream(query: string): WebSocket {
  return new WebSocket(
    `${api.server.url.replace("https", "wss")}${PODS}/web/exec?${query}`,
    ["v5.channel.k8s.io"],
    {
      ca: api.server.authority.ca.certificate,
      headers: { authorization: `Bearer ${api.admin.token.reveal()}` },
    },
  );
}

/** Everything that came, by channel, once the server has closed. */
async function channels(
  socket: WebSocket,
): Promise<{ readonly by: Record<number, string>; readonly code: number }> {
  const by: Record<number, string> = {};
  socket.on("message", (data: Buffer) => {
    const channel = data[0] ?? -1;
    by[channel] = (by[channel] ?? "") + data.subarray(1).toString();
  });
  const code = await new Promise<number>((resolve, reject) => {
    socket.on("close", resolve);
    socket.on("error", reject);
  });
  return { by, code };
}

test("exec streams both ways, and ends with how the command ended", async () => {
  runningPod();
  const socket = openStream("command=cat&stdin=true&stdout=true&stderr=true");
  socket.on("open", () => {
    socket.send(Buffer.from("\x00typed"));
    socket.send(Buffer.from([255, 0]));
  });
  const { by, code } = await channels(socket);
  expect(by[1]).toBe("ran cat\ntyped");
  expect(JSON.parse(by[3] ?? "")).toEqual({ metadata: {}, status: "Success" });
  expect(code).toBe(1000);
  const failed = await channels(openStream("command=false&stdout=true"));
  expect(JSON.parse(failed.by[3] ?? "")).toMatchObject({
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: "3" }] },
  });
});

test("exec into what does not run is refused", async () => {
  api.createPods("web");
  await expect(channels(openStream("command=ls&stdout=true"))).rejects.toThrow(
    "Unexpected server response: 400",
  );
});
