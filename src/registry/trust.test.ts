import { describe, expect, test } from "vitest";
import {
  addressMayBeAsked,
  hostMayBeAsked,
  noHostRules,
  realmMayHaveCredentials,
  siteOf,
  specialAddress,
} from "./trust.js";

const may = (
  realm: string,
  host: string,
  more: { allow?: string[]; deny?: string[]; isPlain?: boolean } = {},
) => {
  const { isPlain = false, allow = [], deny = [] } = more;
  const ruling = realmMayHaveCredentials(new URL(realm), { host, isPlain }, { allow, deny });
  return ruling.ok ? "yes" : ruling.why;
};

describe("credentials go to a token server", () => {
  test.each([
    ["https://registry.example.com/token", "registry.example.com"],
    ["https://registry.example.com:8443/token", "registry.example.com:5000"],
    ["https://auth.example.com/token", "registry.example.com"],
    ["https://auth.docker.io/token", "registry-1.docker.io"],
    ["https://gitlab.com/jwt/auth", "registry.gitlab.com"],
    ["https://auth.example.co.uk/token", "registry.example.co.uk"],
    ["https://team.azurecr.io/oauth2/token", "team.azurecr.io"],
  ])("%s for %s", (realm, host) => {
    expect(may(realm, host)).toBe("yes");
  });

  test.each([
    ["http://registry.example.com/token", "registry.example.com", "it is not asked over https"],
    [
      "https://evil.example.org/token",
      "registry.example.com",
      "evil.example.org is no part of registry.example.com",
    ],
    ["https://other.azurecr.io/token", "team.azurecr.io", "other.azurecr.io is no part of team.azurecr.io"],
    ["https://evil.co.uk/token", "registry.co.uk", "evil.co.uk is no part of registry.co.uk"],
    ["https://user:pw@registry.example.com/token", "registry.example.com", "its address carries a login"],
    [
      "https://registry.example.com.evil.net/t",
      "registry.example.com",
      "registry.example.com.evil.net is no part of registry.example.com",
    ],
    [
      "https://auth.docker.io/token",
      "registry.example.com",
      "auth.docker.io is no part of registry.example.com",
    ],
    ["https://10.0.0.2/token", "10.0.0.1:5000", "10.0.0.2 is no part of 10.0.0.1"],
  ])("not %s for %s", (realm, host, why) => {
    expect(may(realm, host)).toBe(why);
  });

  test("plain http only where the user set the registry so, and only to itself", () => {
    expect(may("http://registry.local:5000/auth", "registry.local:5000", { isPlain: true })).toBe("yes");
    expect(may("http://auth.registry.local/auth", "registry.local:5000", { isPlain: true })).toBe(
      "it is not asked over https",
    );
  });

  test("what the user allows and denies", () => {
    expect(may("https://sso.corp.net/t", "registry.example.com", { allow: ["*.corp.net"] })).toBe("yes");
    expect(may("https://corp.net/t", "registry.example.com", { allow: ["*.corp.net"] })).toBe(
      "corp.net is no part of registry.example.com",
    );
    expect(may("https://auth.example.com/t", "registry.example.com", { deny: ["auth.example.com"] })).toBe(
      "auth.example.com is on the list of denied hosts",
    );
    expect(hostMayBeAsked("Evil.example.", { allow: [], deny: ["evil.example"] }).ok).toBe(false);
    expect(hostMayBeAsked("fine.example", noHostRules).ok).toBe(true);
  });
});

test("sites", () => {
  expect(siteOf("a.b.example.com")).toBe("example.com");
  expect(siteOf("registry")).toBeUndefined();
  expect(siteOf("x.s3.eu-west-1.amazonaws.com")).toBeUndefined();
  expect(siteOf("co.uk")).toBeUndefined();
  expect(siteOf("127.0.0.1")).toBeUndefined();
});

describe("addresses on a stranger's word", () => {
  test.each([
    ["127.0.0.1", "loopback"],
    ["127.9.9.9", "loopback"],
    ["0.0.0.0", "unspecified"],
    ["169.254.169.254", "link-local"],
    ["10.1.2.3", "private"],
    ["172.31.0.1", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["224.0.0.1", "multicast"],
    ["255.255.255.255", "reserved"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::ffff:169.254.169.254", "link-local"],
    ["64:ff9b::a9fe:a9fe", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["fd00::1", "private"],
    ["ff02::1", "multicast"],
    ["8.8.8.8", undefined],
    ["2606:4700::1111", undefined],
  ])("%s is %s", (address, special) => {
    expect(specialAddress(address)).toBe(special);
  });

  test("private storage only behind a private registry; metadata never", () => {
    expect(addressMayBeAsked("10.0.0.9", "private").ok).toBe(true);
    expect(addressMayBeAsked("10.0.0.9").ok).toBe(false);
    expect(addressMayBeAsked("169.254.169.254", "private").ok).toBe(false);
    expect(addressMayBeAsked("fd00:ec2::254", "private").ok).toBe(false);
    expect(addressMayBeAsked("100.100.100.200", "private").ok).toBe(false);
    expect(addressMayBeAsked("203.0.113.9").ok).toBe(true);
    expect(addressMayBeAsked("127.0.0.1").ok).toBe(false);
    expect(addressMayBeAsked("127.0.0.1", "private").ok).toBe(false);
    expect(addressMayBeAsked("127.0.0.1", "loopback").ok).toBe(true);
    expect(addressMayBeAsked("::ffff:127.0.0.1", "private").ok).toBe(false);
    expect(addressMayBeAsked("169.254.169.254", "loopback").ok).toBe(false);
  });
});
