// nslookup, ping and nc, in the words of busybox.

import { dial, resolveName } from "../dial.js";
import { EXIT, type Machine, type Program } from "../machine.js";

const NAME_TROUBLES = { nxdomain: "NXDOMAIN", servfail: "SERVFAIL", "dns-refused": "REFUSED" } as const;

export const nslookup: Program = async (args, io, machine) => {
  const [host, server] = args.filter((arg) => !arg.startsWith("-"));
  if (host === undefined) {
    io.err(
      "BusyBox v1.36.1 multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n",
    );
    return EXIT.failed;
  }
  const asked = server ?? machine.nameserver;
  const found = await resolveName(machine, host, io.signal);
  if (io.signal.aborted) return EXIT.interrupted;
  if (!found.ok && found.is === "dns-timeout") {
    io.out(";; connection timed out; no servers could be reached\n\n");
    return EXIT.failed;
  }
  io.out(`Server:\t\t${asked}\nAddress:\t${asked}:53\n\n`);
  if (!found.ok) {
    // One line for the A query, one for the AAAA query.
    const line = `** server can't find ${host}: ${NAME_TROUBLES[found.is === "dns-timeout" ? "servfail" : found.is]}\n\n`;
    io.out(line + line);
    return EXIT.failed;
  }
  io.out("Non-authoritative answer:\n");
  for (const address of found.addresses) io.out(`Name:\t${host}\nAddress: ${address}\n`);
  io.out("\nNon-authoritative answer:\n\n");
  return EXIT.ok;
};

export const ping: Program = async (args, io, machine) => {
  const [host] = args.filter((arg) => !/^-|^\d+$/.test(arg));
  if (host === undefined) return EXIT.usage;
  const found = await resolveName(machine, host, io.signal);
  if (!found.ok) {
    io.err(`ping: bad address '${host}'\n`);
    return EXIT.failed;
  }
  // Nothing in the world answers ICMP; registries on the internet rarely do either.
  io.out(`PING ${host} (${found.addresses[0]}): 56 data bytes\n\n--- ${host} ping statistics ---\n`);
  io.out("1 packets transmitted, 0 packets received, 100% packet loss\n");
  return EXIT.failed;
};

/** `nc -z[v] [-w SECONDS] HOST PORT`: whether a port can be reached. */
export const nc: Program = async (args, io, machine: Machine) => {
  const flags = args.filter((arg) => arg.startsWith("-")).join("");
  const patience = args.indexOf("-w");
  const [host, port] = args.filter(
    (arg, at) => !arg.startsWith("-") && (patience < 0 || at !== patience + 1),
  );
  if (host === undefined || port === undefined) {
    io.err("nc: usage: nc [-zv] [-w SEC] HOST PORT\n");
    return EXIT.failed;
  }
  const timeoutMs = patience < 0 ? {} : { timeoutMs: Number(args[patience + 1]) * 1000 };
  const dialled = await dial(machine, host, Number(port), { signal: io.signal, ...timeoutMs });
  if (dialled.ok) {
    dialled.socket.destroy();
    if (flags.includes("v")) io.err(`${host} (${dialled.address}:${port}) open\n`);
    return EXIT.ok;
  }
  if (!("address" in dialled)) io.err(`nc: bad address '${host}'\n`);
  else if (flags.includes("v") || !flags.includes("z")) {
    io.err(`nc: ${host} (${dialled.address}:${port}): ${CONNECT_WORDS[dialled.is]}\n`);
  }
  return EXIT.failed;
};

/** What the C library calls a connection that failed. */
export const CONNECT_WORDS = {
  refused: "Connection refused",
  unreachable: "Network is unreachable",
  "no-route": "No route to host",
  timeout: "Operation timed out",
  failed: "Connection reset by peer",
} as const;
