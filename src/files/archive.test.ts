import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { ArchiveTrouble, archiveLimits, gunzip, tarEntries } from "./archive.js";

async function* inParts(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function tarOf(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) {
  const tar = pack();
  for (const [name, linkname] of Object.entries(links)) tar.entry({ name, type: "symlink", linkname });
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  return collected(tar as AsyncIterable<Uint8Array>);
}

async function entriesOf(tar: Uint8Array): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of tarEntries(inParts(tar), "b.tar")) {
    found[entry.name] = (await collected(entry.bytes())).toString("utf8");
  }
  return found;
}

describe("tar", () => {
  test("entries come with their names, and are read or passed over", async () => {
    const tar = await tarOf({ "./a/pods.json": "{}", "b.txt": "x".repeat(5000) });
    const [first] = Object.keys(await entriesOf(tar));
    expect(first).toBe("b.tar: a/pods.json");
    for await (const entry of tarEntries(inParts(tar), "b.tar")) {
      // Nothing is read of the first one; the second comes all the same.
      if (entry.base === "b.txt") expect((await collected(entry.bytes())).length).toBe(5000);
    }
  });

  test("names that point outside are names and nothing more; links are passed over", async () => {
    const tar = await tarOf({ "../../etc/passwd": "root", "/abs/x.json": "{}" }, { link: "/etc/passwd" });
    expect(await entriesOf(tar)).toEqual({ "b.tar: ../../etc/passwd": "root", "b.tar: abs/x.json": "{}" });
  });

  test("one that was cut gives its whole files and says so", async () => {
    const tar = await tarOf({ "a.json": "{}", "b.json": "y".repeat(3000) });
    const found: string[] = [];
    const read = async (): Promise<void> => {
      for await (const entry of tarEntries(inParts(tar.subarray(0, 2100)), "b.tar")) {
        await collected(entry.bytes());
        found.push(entry.base);
      }
    };
    await expect(read()).rejects.toThrow(new ArchiveTrouble("ends in the middle: the archive was cut"));
    expect(found).toEqual(["a.json"]);
  });
});

describe("gzip", () => {
  test("several members one after the other, as log shippers write them", async () => {
    const both = Buffer.concat([gzipSync("one "), gzipSync("two")]);
    expect((await collected(gunzip(inParts(both, 3)))).toString()).toBe("one two");
  });

  test("one that was cut gives what came before, and says so", async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 40_000 }, (_, at) => (at * 7919) % 251)));
    const seen: Uint8Array[] = [];
    const read = async (): Promise<void> => {
      for await (const part of gunzip(inParts(packed.subarray(0, packed.length - 20)))) seen.push(part);
    };
    await expect(read()).rejects.toThrow("ends in the middle: it was cut or is still being written");
  });

  test("one that is damaged says so", async () => {
    const packed = gzipSync("x".repeat(1000));
    packed.writeUInt32BE(0xdeadbeef, 12);
    await expect(collected(gunzip(inParts(packed)))).rejects.toThrow("is damaged: gzip cannot be unpacked");
  });

  test("a bomb is stopped by how many times its size it unpacks to", async () => {
    const bomb = gzipSync(Buffer.alloc(8 << 20));
    let bytes = 0;
    const read = async (): Promise<void> => {
      const limits = { ...archiveLimits, ratioFromBytes: 1 << 20 };
      for await (const part of gunzip(inParts(bomb), limits)) bytes += part.length;
    };
    await expect(read()).rejects.toThrow("unpacks to more than 200 times its size, as a gzip bomb does");
    expect(bytes).toBeLessThan(4 << 20);
  });

  test("and by its size alone", async () => {
    const limits = { ...archiveLimits, maxBytes: 1 << 20, maxRatio: 1e9 };
    const read = collected(gunzip(inParts(gzipSync(Buffer.alloc(2 << 20))), limits));
    await expect(read).rejects.toThrow(/^unpacks to more than/);
  });

  test("a source that breaks is not taken for damage", async () => {
    async function* breaks(): AsyncGenerator<Uint8Array> {
      yield gzipSync("x").subarray(0, 8);
      throw new Error("the disk is gone");
    }
    await expect(collected(gunzip(breaks()))).rejects.toThrow("the disk is gone");
  });
});
