// One HTTP exchange over a connection, as curl and wget have it: with or without TLS, verified or not.

import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { type DialTrouble, dial, errorCode, KERNEL_PATIENCE_MS, within } from "./dial.js";
import type { Machine } from "./machine.js";

export interface Wanted {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** False: any certificate will do. */
  readonly isVerified: boolean;
  readonly connectMs?: number;
  readonly totalMs?: number;
  readonly signal: AbortSignal;
}

export interface Exchanged {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** Name and value in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly address: string;
  readonly tls:
    | {
        readonly protocol: string;
        readonly cipher: string;
        readonly subject: string;
        readonly issuer: string;
      }
    | undefined;
}

export type TlsTrouble = "untrusted" | "self-signed" | "expired" | "wrong-name" | "not-tls" | "handshake";

export type ExchangeTrouble =
  | DialTrouble
  | { readonly is: "tls"; readonly why: TlsTrouble; readonly address: string }
  | { readonly is: "reset" | "empty" | "slow" | "partial"; readonly address: string };

export type Outcome =
  | { readonly ok: true; readonly got: Exchanged }
  | { readonly ok: false; readonly trouble: ExchangeTrouble };

export async function exchange(machine: Machine, wanted: Wanted): Promise<Outcome> {
  const { url, signal } = wanted;
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const dialled = await dial(machine, host, port, {
    signal,
    ...(wanted.connectMs === undefined ? {} : { timeoutMs: wanted.connectMs }),
  });
  if (!dialled.ok) return { ok: false, trouble: dialled };
  const { socket, address } = dialled;
  const outcome = await within(
    machine,
    wanted.totalMs ?? 10 * KERNEL_PATIENCE_MS,
    signal,
    async (): Promise<Outcome> => {
      let secure: TLSSocket | undefined;
      if (isTls) {
        const shaken = await handshake(socket, host, wanted.isVerified, machine.network.ca);
        if (typeof shaken === "string") return { ok: false, trouble: { is: "tls", why: shaken, address } };
        secure = shaken;
      }
      return await talk(secure ?? socket, wanted, address, secure);
    },
  );
  socket.destroy();
  return outcome === "timeout" ? { ok: false, trouble: { is: "slow", address } } : outcome;
}

function handshake(
  socket: Socket,
  host: string,
  isVerified: boolean,
  ca: string,
): Promise<TLSSocket | TlsTrouble> {
  return new Promise((resolve) => {
    const secure = connectTls({
      socket,
      servername: /^[\d.:]+$/.test(host) ? "" : host,
      host,
      ca,
      rejectUnauthorized: isVerified,
    });
    secure.once("secureConnect", () => resolve(secure));
    secure.once("error", (error) => resolve(tlsTrouble(error)));
    secure.once("close", () => resolve("handshake"));
  });
}

function tlsTrouble(error: unknown): TlsTrouble {
  switch (errorCode(error)) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "self-signed";
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return "untrusted";
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return "expired";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "wrong-name";
    default:
      return /wrong version number|packet length too long/i.test(String(error)) ? "not-tls" : "handshake";
  }
}

function talk(
  socket: Socket,
  wanted: Wanted,
  address: string,
  secure: TLSSocket | undefined,
): Promise<Outcome> {
  const { url } = wanted;
  return new Promise((resolve) => {
    const failed = (is: "reset" | "empty" | "partial"): void =>
      resolve({ ok: false, trouble: { is, address } });
    const asked = request({
      createConnection: () => socket,
      method: wanted.method,
      path: `${url.pathname}${url.search}`,
      headers: { Host: url.host, ...wanted.headers },
    });
    asked.on("error", (error) => failed(/socket hang up/.test(error.message) ? "empty" : "reset"));
    asked.on("response", (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => failed("partial"));
      response.on("end", () =>
        resolve({
          ok: true,
          got: {
            status: response.statusCode ?? 0,
            statusText: response.statusMessage ?? "",
            httpVersion: response.httpVersion,
            rawHeaders: response.rawHeaders,
            body: Buffer.concat(chunks),
            address,
            tls: secure === undefined ? undefined : tlsFacts(secure),
          },
        }),
      );
    });
    asked.end(wanted.body);
  });
}

function tlsFacts(secure: TLSSocket): Exchanged["tls"] {
  const certificate = secure.getPeerCertificate();
  return {
    protocol: secure.getProtocol() ?? "",
    cipher: secure.getCipher().standardName,
    subject: `CN=${String(certificate.subject?.CN ?? "")}`,
    issuer: `CN=${String(certificate.issuer?.CN ?? "")}`,
  };
}
