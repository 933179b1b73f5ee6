// TLS towards the API server: what is trusted, who we are, and which of the many reasons it was not.

import { type AddressInfo, createServer } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openCluster } from "../../src/cluster/client.js";
import { type Certificates, makeCertificates } from "../../src/sim/network/certificates.js";
import { kubeconfig, scratch, sendJson, serve, statusOf, type TestServer, worldIn } from "./server.js";

let certificates: Certificates;
let folder: ReturnType<typeof scratch>;
const servers: TestServer[] = [];
beforeAll(async () => {
  certificates = await makeCertificates(Date.now());
});
beforeEach(() => {
  folder = scratch();
});
afterEach(() => folder.remove());
afterAll(async () => {
  for (const server of servers) await server.close();
});

const base64 = (text: string) => Buffer.from(text).toString("base64");

async function serving(
  kind: Parameters<Certificates["show"]>[1],
  name = "127.0.0.1",
  more: object = {},
  status = 200,
): Promise<TestServer> {
  const shown = await certificates.show(name, kind, []);
  const server = await serve(
    (_, response) =>
      sendJson(response, status, status === 200 ? {} : statusOf(401, "Unauthorized", "Unauthorized")),
    { ...shown, ...more },
    true,
  );
  servers.push(server);
  return server;
}

async function outcome(text: string): Promise<{ code: string; what: string; why: string; do: string }> {
  try {
    const api = await openCluster({ kubeconfig: folder.write("config", text) }, worldIn(folder.path));
    await api.close();
    return { code: "connected", what: "", why: "", do: "" };
  } catch (error) {
    return error as { code: string; what: string; why: string; do: string };
  }
}

describe("trust", () => {
  test("a CA in the kubeconfig or in a file beside it", async () => {
    const { url: server } = await serving("good");
    const data = { server, "certificate-authority-data": base64(certificates.ca) };
    expect((await outcome(kubeconfig(data))).code).toBe("connected");
    folder.write("ca.crt", certificates.ca);
    expect((await outcome(kubeconfig({ server, "certificate-authority": "ca.crt" }))).code).toBe("connected");
  });

  test("skipping verification takes any certificate; together with a CA it is refused", async () => {
    const { url: server } = await serving("expired");
    const skip = { server, "insecure-skip-tls-verify": true };
    expect((await outcome(kubeconfig(skip))).code).toBe("connected");
    const both = await outcome(
      kubeconfig({ ...skip, "certificate-authority-data": base64(certificates.ca) }),
    );
    expect(both.code).toBe("kubeconfig-invalid");
  });

  test.each([
    ["untrusted", "its certificate comes from an authority that the kubeconfig does not name"],
    ["self-signed", "its certificate is self-signed"],
    ["expired", "its certificate has expired"],
    ["not-yet", "its certificate is not valid yet"],
  ] as const)("a certificate that is %s", async (kind, why) => {
    const { url: server } = await serving(kind);
    const error = await outcome(
      kubeconfig({ server, "certificate-authority-data": base64(certificates.ca) }),
    );
    expect(error).toMatchObject({
      code: "cluster-untrusted",
      what: "the API server of test is not trusted",
      why,
    });
  });

  test("tls-server-name is the name that the certificate must have", async () => {
    const { url: server } = await serving("good", "api.acme.example");
    const cluster = { server, "certificate-authority-data": base64(certificates.ca) };
    const error = await outcome(kubeconfig(cluster));
    expect(error.code).toBe("cluster-untrusted");
    expect(error.why).toContain("its certificate is for other names: api.acme.example");
    expect(error.do).toContain("tls-server-name");
    expect((await outcome(kubeconfig({ ...cluster, "tls-server-name": "api.acme.example" }))).code).toBe(
      "connected",
    );
  });

  test("a port that does not speak TLS", async () => {
    const plain = await serve((_, response) => sendJson(response, 200, {}));
    servers.push(plain);
    const error = await outcome(kubeconfig({ server: plain.url.replace("http:", "https:") }));
    expect(error).toMatchObject({
      code: "cluster-unreachable",
      why: `127.0.0.1:${plain.port} does not speak TLS`,
    });
  });
});

describe("client certificates", () => {
  test("from data and from files", async () => {
    const { url: server, seen } = await serving("good", "127.0.0.1", {
      requestCert: true,
      rejectUnauthorized: false,
    });
    const cluster = { server, "certificate-authority-data": base64(certificates.ca) };
    const mine = await certificates.show("joe.example", "good", []);
    const data = { "client-certificate-data": base64(mine.cert), "client-key-data": base64(mine.key) };
    expect((await outcome(kubeconfig(cluster, data))).code).toBe("connected");
    folder.write("me.crt", mine.cert);
    folder.write("me.key", mine.key);
    const files = { "client-certificate": "me.crt", "client-key": "me.key" };
    expect((await outcome(kubeconfig(cluster, files))).code).toBe("connected");
    expect(seen).toHaveLength(2);
  });

  test("one that has ended is named as the reason for 401", async () => {
    const { url: server } = await serving(
      "good",
      "127.0.0.1",
      { requestCert: true, rejectUnauthorized: false },
      401,
    );
    const cluster = { server, "certificate-authority-data": base64(certificates.ca) };
    const old = await certificates.show("joe.example", "expired", []);
    const error = await outcome(
      kubeconfig(cluster, {
        "client-certificate-data": base64(old.cert),
        "client-key-data": base64(old.key),
      }),
    );
    expect(error.code).toBe("login-expired");
    expect(error.why).toMatch(
      /^the client certificate ended at \d{4}-\d\d-\d\d \d\d:\d\d UTC; it answered 401/,
    );
  });

  // What Go's TLS server sends: record 21 (alert), TLS 1.2, fatal, and the alert's number (RFC 8446, 6.2).
  test.each([
    [42, "bad certificate"],
    [45, "certificate expired"],
    [48, "unknown CA"],
    [116, "certificate required"],
  ])("a server that ends TLS with alert %i, %s: that is a login that failed", async (alert) => {
    const rude = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, alert])));
    });
    await new Promise<void>((done) => rude.listen(0, "127.0.0.1", done));
    const { port } = rude.address() as AddressInfo;
    const error = await outcome(kubeconfig({ server: `https://127.0.0.1:${port}` }));
    rude.close();
    expect(error.code).toBe("login-failed");
    expect(error.why).toContain("it ended TLS with ERR_SSL_");
  });

  test("a key that belongs to another certificate, and a file that is missing", async () => {
    const { url: server } = await serving("good");
    const other = await makeCertificates(Date.now());
    const [mine, theirs] = [
      await certificates.show("joe.example", "good", []),
      await other.show("joe.example", "good", []),
    ];
    const mixed = { "client-certificate-data": base64(mine.cert), "client-key-data": base64(theirs.key) };
    const cluster = { server, "certificate-authority-data": base64(certificates.ca) };
    expect(await outcome(kubeconfig(cluster, mixed))).toMatchObject({
      code: "kubeconfig-invalid",
      why: "the client key does not belong to the client certificate",
    });
    const absent = { "client-certificate": "nowhere.crt", "client-key": "nowhere.key" };
    expect(await outcome(kubeconfig(cluster, absent))).toMatchObject({
      code: "kubeconfig-file-missing",
      why: "the kubeconfig names it; the file does not exist",
    });
  });
});
